package io.homecloud.backup.tree;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads and writes the small JSON files of a repository. */
public final class MarkFiles {
  private static final Logger LOG = Logger.getLogger(MarkFiles.class);
  private static final int LONGEST = 1 << 20;

  private final ObjectReader reader;
  private final ObjectWriter writer;

  public MarkFiles(ObjectMapper json) {
    this.reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.writer = json.writerWithDefaultPrettyPrinter();
  }

  /**
   * Empty when there is none, or none that can be understood: it may be of a stranger.
   *
   * @throws IOException when the disk cannot be read
   */
  public <T> Optional<T> read(Path file, Class<T> type) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(LONGEST + 1);
    } catch (NoSuchFileException e) {
      // It has gone since.
      return Optional.empty();
    }
    try {
      return bytes.length > LONGEST
          ? Optional.empty()
          : Optional.ofNullable(reader.forType(type).readValue(bytes));
    } catch (IOException | RuntimeException e) {
      LOG.warnf("%s is not understood: %s", file, e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /** What a text says; empty when it is none that can be understood. */
  public <T> Optional<T> parse(String text, Class<T> type) {
    try {
      return text.isEmpty() || text.length() > LONGEST
          ? Optional.empty()
          : Optional.ofNullable(reader.forType(type).readValue(text));
    } catch (IOException | RuntimeException e) {
      LOG.warnf("a %s is not understood: %s", type.getSimpleName(), e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /** As it is written. */
  public String text(Object content) {
    try {
      return writer.writeValueAsString(content) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a mark is always JSON", e);
    }
  }

  /** On the disk when this returns. */
  public void write(Path file, Object content) throws IOException {
    boolean _ = WholeFile.open(file).write(text(content));
  }

  /** Whole for who reads it; on the disk when the file system is synchronised. */
  public void writeSoon(Path file, Object content) throws IOException {
    boolean _ = WholeFile.open(file).with(WholeFile.Durability.NONE).write(text(content));
  }
}
