package io.homecloud.sharing.serving;

/** Hears what happens to a server, without anybody polling; must not take long. */
public interface ServerListener {
  ServerListener NONE =
      new ServerListener() {
        @Override
        public void changed(ShareServer.Health health) {}

        @Override
        public void sessionsChanged() {}
      };

  void changed(ShareServer.Health health);

  /** Sessions may have been opened or closed. */
  void sessionsChanged();

  /** Somebody did something with a share that is served with an access log. */
  default void accessed(Access access) {}
}
