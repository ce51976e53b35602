package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** How tests ask for repositories of duplicity. */
public final class DuplicityAsking {
  static final String PASSPHRASE = "correct horse battery staple";

  private DuplicityAsking() {}

  /** Sets a secret. */
  static void secret(String name, String key, String value) {
    secrets(name, Map.of(key, value));
  }

  static void secrets(String name, Map<String, String> values) {
    Response answer = asking().body(Map.of("values", values)).put(API + "/secrets/" + name);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(204);
  }

  /** A directory of a disk that nobody has to mount. */
  static Path place() throws IOException {
    return Files.createDirectory(BackupHouse.disks().directory().resolve(freshName()));
  }

  static String spec(String url, String secret, String more) {
    return "{'engine':'duplicity','url':'%s','encryption':{'mode':'symmetric','keyRef':'%s'}%s}"
        .formatted(url, secret, more);
  }

  /** Makes a repository that is encrypted with {@link #PASSPHRASE}; where it is. */
  static Path repository(String name, String more) throws IOException {
    secret(name, "passphrase", PASSPHRASE);
    Path root = place().resolve("copies");
    var _ = made(API + "/repositories", name, spec("file://" + root, name, more));
    return root;
  }

  /** A file of the target whose name has that in it. */
  static Path named(Path root, String part) throws IOException {
    try (Stream<Path> all = Files.list(root)) {
      return all.filter(file -> file.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow();
    }
  }

  /** In the middle of what a copy has of files. */
  static void flipABit(Path root) throws IOException {
    Path damaged = named(root, ".vol1.");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 4;
    Files.write(damaged, bytes);
  }

  /** Attaches it; what its condition says when it cannot be used. */
  static String unready(String url, Map<String, String> target) {
    String name = freshName();
    secret(name, "passphrase", PASSPHRASE);
    secrets(name + "-target", target);
    Response made =
        Asking.post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':%s}"
                .formatted(name, spec(url, name, ",'secretRef':'%s-target'".formatted(name))));
    assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
    Eventually.eventually(
        () -> assertThat(message(asking().get(API + "/repositories/" + name))).isNotNull());
    String message = message(asking().get(API + "/repositories/" + name));
    target.values().forEach(value -> assertThat(message).doesNotContain(value));
    asking().delete(API + "/repositories/" + name + "?wait=60s").then().statusCode(204);
    return message;
  }

  /** duplicity by hand, as anybody would type it on a machine that has never seen homecloud. */
  public static String duplicity(Path directory, String passphrase, String arguments) {
    return Shell.in(
        directory,
        """
        HOME=$(mktemp -d /tmp/hc.XXXXXX)
        trap 'gpgconf --kill all; rm -rf "$HOME"' EXIT
        export HOME PASSPHRASE='%s'
        duplicity %s
        """
            .formatted(passphrase, arguments));
  }
}
