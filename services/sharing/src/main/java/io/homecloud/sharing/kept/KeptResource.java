package io.homecloud.sharing.kept;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.kept.KeptHouse.Kept;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The accounts, groups and shares that another installation kept on a pool that was adopted here.
 * They are nobody's until an administrator takes them over.
 */
@Path(SharingKinds.API + "/kept")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class KeptResource {
  private final HouseKeeper keeper;

  KeptResource(SharingControl control) {
    this.keeper = control.keeper();
  }

  /** An account, group or share as another installation wished for it. */
  @Schema
  record One(UUID uid, Name name, JsonNode spec) {}

  /** What another installation kept. */
  @Schema
  record House(List<One> groups, List<One> accounts, List<One> shares) {}

  /**
   * What became of them.
   *
   * @param items each with the reason why it is not here, which is empty when it is
   */
  @Schema
  record TakenOver(List<Restoring.Item> items) {}

  /** What there is to take over; as long as nobody does it gives nobody anything. */
  @GET
  public House get() {
    KeptHouse house = require();
    return new House(ones(house.groups()), ones(house.accounts()), ones(house.shares()));
  }

  private List<One> ones(List<JsonNode> items) {
    return items.stream()
        .flatMap(item -> keeper.kept(item).stream())
        .map(KeptResource::one)
        .toList();
  }

  private static One one(Kept kept) {
    return new One(kept.uid(), kept.name(), kept.spec());
  }

  /**
   * Takes them over: who is named gets the rights that are written there. What is here already
   * stays as it is. Accounts come without a password.
   */
  @POST
  @Path("restore")
  public TakenOver restore() {
    return new TakenOver(keeper.takeOver(require()));
  }

  private KeptHouse require() {
    return keeper
        .ofOthers()
        .orElseThrow(() ->
            CommonProblem.NOT_FOUND.because(
                "No pool here has accounts and shares of another installation."));
  }
}
