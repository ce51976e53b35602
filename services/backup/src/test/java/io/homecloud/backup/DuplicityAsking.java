package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How tests ask for repositories of duplicity. */
final class DuplicityAsking {
  static final String PASSPHRASE = "correct horse battery staple";

  private DuplicityAsking() {}

  /** Sets a secret. */
  static void secret(String name, String key, String value) {
    Response answer =
        asking()
            .body("{\"values\":{\"%s\":\"%s\"}}".formatted(key, value))
            .put(API + "/secrets/" + name);
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

  /** duplicity by hand, as anybody would type it on a machine that has never seen homecloud. */
  static String duplicity(Path directory, String passphrase, String arguments) {
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
