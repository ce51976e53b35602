package io.homecloud.storage.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What an upload is found again by. */
public record UploadId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  public UploadId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("an upload id has 32 hexadecimal digits");
    }
  }

  /**
   * The same upload has the same id: nobody has to remember one.
   *
   * @param total the file's size in bytes
   * @param who the subject that uploads
   */
  public static UploadId of(FilePath target, long total, String who) {
    try {
      // neither a number nor an encoded path has a line feed
      String all = total + "\n" + target + "\n" + who;
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return new UploadId(HexFormat.of().formatHex(digest, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
