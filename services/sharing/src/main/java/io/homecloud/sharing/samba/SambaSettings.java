package io.homecloud.sharing.samba;

import io.homecloud.sharing.serving.ListenPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What a Samba of ours needs to know once.
 *
 * @param directory its own, absolute; another one may have its files elsewhere and another port
 */
public record SambaSettings(Path directory, ListenPort port) {
  private static final Path RUNTIME = Path.of("/run/homecloud");

  public SambaSettings {
    if (!SmbText.fits(directory)) {
      throw new IllegalArgumentException("no directory for Samba: " + directory);
    }
  }

  /**
   * For what is worth nothing after its end; the same each time, and another Samba's is another.
   */
  Path runtime() {
    UUID hash = UUID.nameUUIDFromBytes(directory.toString().getBytes(StandardCharsets.UTF_8));
    return RUNTIME.resolve("smb-" + hash.toString().substring(0, 13));
  }
}
