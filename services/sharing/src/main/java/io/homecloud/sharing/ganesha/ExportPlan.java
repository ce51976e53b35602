package io.homecloud.sharing.ganesha;

import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** What is to be served, as exports. */
final class ExportPlan {
  private static final Logger LOG = Logger.getLogger(ExportPlan.class);

  private final ExportIds ids;
  private final Volumes volumes;

  ExportPlan(ExportIds ids, Volumes volumes) {
    this.ids = ids;
    this.volumes = volumes;
  }

  /** A share with what clients of NFS may do in it. */
  private record Reached(ServedShare share, Export.Share as) {}

  /**
   * Volumes' own first, then shares by number. A share of homes is none: whose home it would be, a
   * client of NFS cannot say. Nor is one whose account is away or may do nothing, or that has no
   * client that Ganesha can be told.
   *
   * @throws IllegalArgumentException for a text that cannot be told Ganesha
   * @throws Volumes.NotMounted when a share's directory cannot be mounted once more
   */
  List<Export> of(Serving serving) throws IOException {
    List<Reached> reached = new ArrayList<>();
    for (ServedShare share : serving.shares()) {
      Level level = level(share, serving.people());
      List<ClientNetwork> clients = clients(share);
      if (level != Level.NONE && !clients.isEmpty()) {
        reached.add(
            new Reached(share, new Export.Share(share.name(), level == Level.WRITE, clients)));
      }
    }
    Map<UUID, Integer> numbers =
        ids.of(
            reached.stream()
                .map(r -> r.share().uid())
                .collect(Collectors.toCollection(LinkedHashSet::new)));
    Set<Export> ofVolumes = new LinkedHashSet<>();
    List<Export> ofShares = new ArrayList<>();
    for (Reached one : reached) {
      Path root = Export.quotable(one.share().root());
      ofVolumes.add(volumes.of(root));
      int id = numbers.getOrDefault(one.share().uid(), 0);
      ofShares.add(Export.ofShare(id, one.as(), root));
    }
    ofShares.sort(Comparator.comparingInt(Export::id));
    List<Export> all = new ArrayList<>(ofVolumes);
    all.addAll(ofShares);
    return all;
  }

  private static Level level(ServedShare share, List<Person> people) {
    if (!share.protocols().contains(Protocol.NFS) || share.nfs() == null || share.ofHomes()) {
      return Level.NONE;
    }
    var as = share.nfs().as();
    return people.stream()
        .filter(person -> person.name().equals(as) && person.enabled())
        .map(share::level)
        .findFirst()
        .orElse(Level.NONE);
  }

  private static List<ClientNetwork> clients(ServedShare share) {
    return share.nfs() == null
        ? List.of()
        : share.nfs().clients().stream().flatMap(text -> known(share, text).stream()).toList();
  }

  /**
   * What cannot be said to Ganesha is let in nowhere; it must not keep what is right from being
   * said.
   */
  private static Optional<ClientNetwork> known(ServedShare share, String text) {
    Optional<ClientNetwork> network = ClientNetwork.parse(text);
    if (network.isEmpty()) {
      LOG.warnf(
          "the client \"%s\" of the share %s is neither an address nor a network, and has no access",
          printable(text), share.name());
    }
    return network;
  }

  private static String printable(String text) {
    return text.codePoints()
        .limit(60)
        .map(c -> c < ' ' || c == 0x7f ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
