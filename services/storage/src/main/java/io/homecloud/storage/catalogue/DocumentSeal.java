package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.document.ServiceDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
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
  private static final int KEY_BYTES = 32;

  private final Path file;
  private final ObjectMapper json;

  /**
   * @param secrets the directory of the installation's secrets
   */
  public DocumentSeal(Path secrets, ObjectMapper json) {
    this.file = secrets.resolve("documents.key");
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

  private synchronized byte[] key() {
    try {
      byte[] key = Files.readAllBytes(file);
      if (key.length != KEY_BYTES) {
        throw new StorageFailure(
            file + " is damaged; remove it, and what is on the pools counts as of others",
            new IOException(key.length + " bytes"));
      }
      return key;
    } catch (NoSuchFileException e) {
      return make();
    } catch (IOException e) {
      throw new StorageFailure("read " + file, e);
    }
  }

  /** Complete and on the disk before it has its name: it must not change any more. */
  private byte[] make() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try {
      Files.createDirectories(
          file.toAbsolutePath().getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      link(fresh);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new StorageFailure("make " + file, e);
    }
  }

  private void link(Path fresh) throws IOException {
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster, and its key is the key.
    } finally {
      Files.delete(fresh);
    }
  }
}
