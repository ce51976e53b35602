package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.homecloud.host.libc.LibcCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory that plays a volume, beside another one with a secret that must never be reached. */
final class VolumeDirectory implements AutoCloseable {
  private static final LibcCall MKFIFO = LibcCall.of("mkfifo", JAVA_INT, ADDRESS, JAVA_INT);

  final Path volume;
  final Path outside;
  final FileOwner owner;
  final VolumeFiles files;
  private final Path tmp;
  private final Path both;

  VolumeDirectory() throws IOException {
    tmp = Files.createDirectories(Path.of(System.getProperty("homecloud.test.tmp")));
    both = Files.createTempDirectory(tmp, "files");
    volume = Files.createDirectory(both.resolve("volume"));
    outside = Files.createDirectory(both.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    int uid = (int) Files.getAttribute(volume, "unix:uid");
    int gid = (int) Files.getAttribute(volume, "unix:gid");
    owner = new FileOwner(uid, gid, 0640, 0750);
    files = Results.done(VolumeFiles.open(volume, owner));
  }

  Path file(String name, String content) throws IOException {
    Path file = volume.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(volume.resolve(name), Path.of(target));
  }

  void pipe(String name) {
    try (Arena arena = Arena.ofConfined()) {
      if (MKFIFO.call(arena.allocateFrom(volume.resolve(name).toString()), 0666) != 0) {
        throw new AssertionError("no pipe");
      }
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
    // long paths: the code under test does it better than java.nio could
    try (BeneathDirectory all = Results.done(BeneathDirectory.open(tmp));
        Descriptor parent = all.directory(FilePath.ROOT)) {
      new TreeDeletion(all, Results.UNWATCHED)
          .delete(FilePath.of(both.getFileName().toString()), parent);
    } catch (FileRefused e) {
      throw new IOException(e);
    }
  }
}
