package io.homecloud.sharing.share.mounts;

import io.homecloud.host.StreamHost;
import io.homecloud.host.mount.UserNamespace;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tables of owners that were used lately: making one takes a process. */
final class Owners implements AutoCloseable {
  private static final int MOST = 64;

  private final StreamHost host;
  private final Map<FileOwner, UserNamespace> made =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileOwner, UserNamespace> eldest) {
          if (size() > MOST) {
            eldest.getValue().close();
            return true;
          }
          return false;
        }
      };

  Owners(StreamHost host) {
    this.host = host;
  }

  /** In which files of the owner are {@link ServedShare#FILES_ID}'s; good until the next call. */
  UserNamespace of(FileOwner owner) throws IOException {
    UserNamespace known = made.get(owner);
    if (known == null) {
      known = UserNamespace.of(host, owner.uid(), owner.gid(), ServedShare.FILES_ID);
      made.put(owner, known);
    }
    return known;
  }

  @Override
  public void close() {
    made.values().forEach(UserNamespace::close);
    made.clear();
  }
}
