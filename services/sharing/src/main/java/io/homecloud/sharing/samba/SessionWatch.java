package io.homecloud.sharing.samba;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that sessions were opened or closed, woken by the kernel: each process of Samba has a
 * file while it lives, each connection a process, and each sign-in a line in a log.
 */
final class SessionWatch implements AutoCloseable {
  /** A sign-in is followed by the opening of a share at once. */
  static final long QUIET_MILLIS = 200;

  private final SambaFiles files;
  private final Runnable changed;
  private final SignInLog signIns;
  private final WatchService watch;
  private final Set<String> connections = new HashSet<>();

  /**
   * @param changed called in a thread of its own, once for all that happens at a time
   * @param signIn hears each line about who signed in or tried to
   */
  SessionWatch(SambaFiles files, Runnable changed, Consumer<String> signIn) throws IOException {
    this.files = files;
    this.changed = changed;
    this.signIns = new SignInLog(files.signInLog(), signIn);
    watch = files.log().getFileSystem().newWatchService();
    files
        .processes()
        .register(
            watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
    files
        .signIns()
        .register(
            watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    Thread.ofVirtual().name("sessions of Samba").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        boolean news = read(watch.take());
        for (WatchKey next = more(news); next != null; next = more(news)) {
          news |= read(next);
        }
        if (news) {
          changed.run();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // closed
    }
  }

  private @Nullable WatchKey more(boolean news) throws InterruptedException {
    return news ? watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS) : watch.poll();
  }

  private boolean read(WatchKey key) {
    boolean news = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      news |= event.context() instanceof Path entry ? tells(key, event.kind(), entry) : true;
    }
    key.reset();
    if (files.signIns().equals(key.watchable())) {
      signIns.more();
    }
    return news;
  }

  private boolean tells(WatchKey key, WatchEvent.Kind<?> kind, Path entry) {
    String name = entry.toString();
    if (!files.processes().equals(key.watchable())) {
      return true;
    }
    if (kind.equals(StandardWatchEventKinds.ENTRY_CREATE)) {
      // Samba's tools have such a file too: those that we ask with must not make us ask again.
      if (program(name).startsWith("smbd")) {
        connections.add(name);
      }
      return false;
    }
    return connections.remove(name);
  }

  private static String program(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "comm"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
