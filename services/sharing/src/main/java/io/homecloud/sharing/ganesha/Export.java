package io.homecloud.sharing.ganesha;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.ServedShare;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One EXPORT of the configuration.
 *
 * @param id what file handles of clients hold of it, so it must stay; 1 to 65535
 * @param share whose files clients reach; empty for a {@linkplain Volumes volume's own}, which is
 *     for nobody
 * @param path absolute
 */
record Export(int id, Optional<Share> share, Path path) {
  /** What distinguishes one that clients see. */
  record Share(Name name, boolean writable, List<ClientNetwork> clients) {
    Share {
      clients = List.copyOf(clients);
    }
  }

  static Export ofVolume(int id, Path mount) {
    return new Export(id, Optional.empty(), mount);
  }

  static Export ofShare(int id, Share share, Path root) {
    return new Export(id, Optional.of(share), root);
  }

  String pseudo() {
    return share.map(s -> "/" + s.name()).orElse("/.volume-" + id);
  }

  /** Whether the other can take its place without anything being opened anew. */
  boolean sameTree(Export other) {
    return id == other.id && path.equals(other.path) && pseudo().equals(other.pseudo());
  }

  /**
   * Nobody is let in but by a CLIENT block: who matches none has the access of the export itself. A
   * volume's own has a protocol that Ganesha does not speak here.
   */
  String text() {
    return """
    EXPORT {
      Export_Id = %d;
      Path = "%s";
      Pseudo = "%s";
      Protocols = %s;
      Transports = TCP;
      SecType = sys;
      Access_Type = None;
      Squash = All_Squash;
      Anonymous_Uid = %d;
      Anonymous_Gid = %d;
      Attr_Expiration_Time = 0;
      FSAL { Name = VFS; }
    %s}
    """
        .formatted(
            id,
            quotable(path),
            pseudo(),
            share.isPresent() ? "3, 4" : "9P",
            ServedShare.FILES_ID,
            ServedShare.FILES_ID,
            share.map(Export::client).orElse(""));
  }

  private static String client(Share share) {
    String networks =
        share.clients().stream().map(ClientNetwork::text).collect(Collectors.joining(", "));
    String level = share.writable() ? "RW" : "RO";
    return "  CLIENT { Clients = %s; Access_Type = %s; }\n".formatted(networks, level);
  }

  /** Ganesha's text in quotes has no way to write these. */
  static Path quotable(Path path) {
    if (path.toString().chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '"' || c == '\\')) {
      throw new IllegalArgumentException("not a path that Ganesha can be told: " + path);
    }
    return path;
  }
}
