package io.homecloud.standalone.killed;

import io.homecloud.standalone.Script;
import io.homecloud.testkit.LoopDisks;

/** An installation with its own disks. */
record House(LoopDisks disks, Server server) {
  House() {
    this(new LoopDisks());
  }

  private House(LoopDisks disks) {
    this(disks, new Server(disks.directory(), Script.STORY_CACHE));
  }

  void close() {
    server.end();
    disks.close();
  }
}
