package io.homecloud.sharing.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.Status;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.kept.KeptHouse.Kept;
import io.homecloud.sharing.link.GuestLinkSpec;
import io.homecloud.sharing.link.GuestLinkStatus;
import io.homecloud.sharing.link.KeptLinks;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who lives here and what is shared, as the database has it. */
final class HouseRows {
  private final ControlPlane plane;
  private final PosixIds ids;
  private final KeptLinks links;
  private final ObjectMapper json;

  HouseRows(ControlPlane plane, PosixIds ids, KeptLinks links) {
    this.plane = plane;
    this.ids = ids;
    this.links = links;
    this.json = plane.json();
  }

  KeptHouse read() {
    // The numbers first: one that is given meanwhile is told by its owner's reconciler.
    Map<UUID, Integer> numbers = ids.all();
    return new KeptHouse(
        KeptHouse.FORMAT,
        ids.next(),
        kept(SharingKinds.GROUP, numbers),
        kept(SharingKinds.ACCOUNT, numbers),
        kept(SharingKinds.SHARE, numbers),
        links());
  }

  private List<JsonNode> links() {
    List<Resource<GuestLinkSpec, GuestLinkStatus>> all =
        plane.resources().all(SharingKinds.GUEST_LINK, Selection.ALL).stream()
            .filter(link -> !link.deleting())
            .sorted(Comparator.comparing(Resource::name))
            .toList();
    Map<UUID, JsonNode> opens = links.of(all);
    return all.stream()
        .filter(link -> opens.containsKey(link.uid()))
        .map(link ->
            json.<ObjectNode>valueToTree(kept(link, null))
                .<JsonNode>set(KeptHouse.OPENS, opens.get(link.uid())))
        .toList();
  }

  private <S, T extends Status> List<JsonNode> kept(Kind<S, T> kind, Map<UUID, Integer> numbers) {
    return plane.resources().all(kind, Selection.ALL).stream()
        .filter(resource -> !resource.deleting())
        .sorted(Comparator.comparing(Resource::name))
        .map(resource -> json.<JsonNode>valueToTree(kept(resource, numbers.get(resource.uid()))))
        .toList();
  }

  private Kept kept(Resource<?, ?> resource, @Nullable Integer number) {
    return new Kept(
        resource.uid(),
        resource.name(),
        resource.metadata().labels(),
        resource.metadata().generation(),
        resource.metadata().creationTimestamp(),
        resource.metadata().createdBy(),
        json.valueToTree(resource.spec()),
        number);
  }
}
