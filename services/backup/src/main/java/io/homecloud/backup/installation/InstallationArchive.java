package io.homecloud.backup.installation;

import io.homecloud.control.InstallationKey;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a new machine needs to be this one, in one sealed file: secrets, the id of the installation,
 * its settings, the identities of its servers, the programs of hooks and a dump of the database. In
 * the form of the recovery kit: an archive with its own checksums, encrypted by openssl.
 */
public final class InstallationArchive {
  /** What the restore takes. */
  private static final Pattern PLAIN =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /** The programs that plans call as root. */
  private static final String HOOKS = "hooks";

  /** Names of {@link io.homecloud.host.WholeFile} and of the scripts. */
  private static final Pattern PASSING = Pattern.compile("\\.(next|first|new)$");

  public static final String FILE = "installation.tar.gz.enc";

  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final String README =
      """
      This is a copy of an installation of homecloud: its keys, settings and database, encrypted with a key that its
      recovery kit has. On a new machine, with the kit, before the first start:

        sudo ./homecloud recovery-kit --restore homecloud-recovery-….enc
        sudo ./homecloud up --restore <this directory, or the repository that it is in>

      Without homecloud, with secrets/installation-backup.key out of the kit:

        openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -md sha256 -in %s -pass file:installation-backup.key | tar xz
      """
          .formatted(FILE);

  private final Host host;
  private final Path data;
  private final Path key;
  private final DatabaseDump dump;

  /**
   * @param data everything of the installation is below it; its first start makes the keys, so that
   *     the recovery kit has them
   */
  public InstallationArchive(Host host, Path data, DatabaseDump dump) {
    this.host = host;
    this.data = data;
    this.dump = dump;
    Path secrets = data.resolve("secrets");
    this.key = InstallationKey.BACKUP.in(secrets);
    try {
      InstallationKey.makeAll(secrets);
      byte[] _ = InstallationKey.BACKUP.read(secrets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the sealed file, and what to do with it, into a directory.
   *
   * @param work an empty directory for what is not sealed yet; for root alone
   */
  void write(Path into, Path work) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name :
        List.of("secrets", "settings", "installation-id", "sharing/samba/private", HOOKS)) {
      copy(data.resolve(name), work, files);
    }
    dump.write(work.resolve("dump.sql"));
    files.add(Path.of("dump.sql"));
    Collections.sort(files);
    List<String> sums = new ArrayList<>();
    for (Path file : files) {
      sums.add(sha256(work.resolve(file)) + "  " + file);
    }
    Files.write(work.resolve("SHA256SUMS"), sums);
    Path plain = work.resolveSibling(work.getFileName() + ".tar.gz");
    run("tar", "--create", "--gzip", "--file=" + plain, "--directory=" + work, "--sort=name", ".");
    run(
        "openssl",
        "enc",
        "-aes-256-cbc",
        "-pbkdf2",
        "-iter",
        "600000",
        "-md",
        "sha256",
        "-salt",
        "-in",
        plain.toString(),
        "-out",
        into.resolve(FILE).toString(),
        "-pass",
        "file:" + key);
    Files.delete(plain);
    Files.writeString(into.resolve("README.txt"), README);
  }

  /**
   * Plain files with plain names, as the restore takes them; locks and sockets stay, and what is
   * there for a moment only, such as a file that is written beside its place. Of hooks only what
   * root alone may write: brought back, all of them are root's.
   */
  private void copy(Path from, Path work, List<Path> files) throws IOException {
    if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try {
              copy(file, attributes);
            } catch (NoSuchFileException e) {
              if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
              }
            }
            return FileVisitResult.CONTINUE;
          }

          private void copy(Path file, BasicFileAttributes attributes) throws IOException {
            Path name = data.relativize(file);
            if (attributes.isRegularFile()
                && PLAIN.matcher(name.toString()).matches()
                && !PASSING.matcher(name.toString()).find()
                && (!name.startsWith(HOOKS) || isOfRootAlone(file))) {
              Files.createDirectories(work.resolve(name).getParent());
              // With its times and rights: a program stays one.
              Files.copy(file, work.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
              files.add(name);
            }
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (why instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw why;
          }
        });
  }

  private static boolean isOfRootAlone(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid").equals(0)
        && ((int) Files.getAttribute(file, "unix:mode") & 0022) == 0;
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void run(String... argv) throws IOException {
    HostResult result = host.run(new HostCommand(DEADLINE, argv));
    if (!(result instanceof HostResult.Exited(int code, _, _) && code == 0)) {
      throw new IOException(argv[0] + ": " + result);
    }
  }
}
