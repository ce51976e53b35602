package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.InstallationKey;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.document.ServiceDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells documents that this installation wrote from those that only say so: whoever held a disk of
 * it in their hands knows its id, and may have written on the disk that they may read the files of
 * everybody. Its key is one of the secrets that a recovery kit brings to another machine, which is
 * then the one that wrote them.
 */
public final class DocumentSeal {
  private static final String HMAC = "HmacSHA256";

  private final Path secrets;
  private final ObjectMapper json;

  /**
   * @param secrets the directory of the installation's secrets
   */
  public DocumentSeal(Path secrets, ObjectMapper json) {
    this.secrets = secrets;
    this.json = json;
  }

  /** What is written beside a document of this installation. */
  public String of(ServiceDocument document) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key(), HMAC));
      String head = document.key() + " " + document.revision() + "\n";
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(json.writeValueAsBytes(document.content())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("document " + document.key() + " is no JSON", e);
    }
  }

  /** Whether this installation wrote it, exactly so. */
  boolean genuine(ServiceDocument document, String seal) {
    return MessageDigest.isEqual(
        of(document).getBytes(StandardCharsets.UTF_8), seal.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] key() {
    try {
      return InstallationKey.DOCUMENTS.read(secrets);
    } catch (IOException e) {
      throw new StorageFailure("read " + InstallationKey.DOCUMENTS.in(secrets), e);
    }
  }
}
