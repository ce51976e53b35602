package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kind;
import io.homecloud.storage.catalogue.CatalogueDirectory.Found;
import io.homecloud.storage.disk.Printable;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the catalogue of a pool that may come from anywhere. What is wrong becomes a finding and is
 * passed over; however much there is, only so much is read.
 */
public final class CatalogueReader implements AutoCloseable {
  /** Two hundred thousand snapshots of ordinary wishes fit. */
  private static final long MOST_BYTES = 256L << 20;

  private static final long MOST_GENERATIONS = 1L << 48;

  /** Before anything was written down here. */
  private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");

  private final @Nullable CatalogueDirectory catalogue;
  private final Map<String, Optional<CatalogueDirectory>> directories = new HashMap<>();
  private final ObjectReader json;
  private final Clock clock;
  private final Findings findings;
  private long left = MOST_BYTES;

  /** Opens the catalogue; a pool without one reads as empty. */
  public CatalogueReader(MountedPool pool, ObjectMapper json, Clock clock, Findings findings) {
    this.json = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.clock = clock;
    this.findings = findings;
    try (CatalogueDirectory root = CatalogueDirectory.trusted(pool.root())) {
      this.catalogue = root.child(Place.CATALOGUE.toString()).orElse(null);
    }
  }

  /** What is noted of one resource on a pool of ours, as {@link #read}. */
  public static <S> Optional<Noted<S>> noted(
      MountedPool pool, ControlPlane plane, Kind<S, ?> kind, UUID uid) {
    try (CatalogueReader catalogue =
        new CatalogueReader(pool, plane.json(), plane.clock(), new Findings())) {
      return catalogue.read(kind, uid);
    }
  }

  /** What is noted of a resource; empty when nothing is, or nothing that can be used. */
  public <S> Optional<Noted<S>> read(Kind<S, ?> kind, UUID uid) {
    Optional<CatalogueDirectory> directory = directory(kind);
    if (directory.isEmpty() || left <= 0) {
      return Optional.empty();
    }
    String file = CatalogueLayout.file(uid);
    return switch (directory.get().read(file, CatalogueLayout.LARGEST)) {
      case Found.Absent() -> Optional.empty();
      case Found.Strange(String reason) -> refused(kind, file, reason);
      case Found.Content(ByteBuffer content) -> {
        left -= content.remaining();
        if (left <= 0) {
          findings.add(
              "the catalogue is larger than " + MOST_BYTES + " bytes, the rest is not read");
        }
        yield parse(kind, uid, file, content);
      }
    };
  }

  /** Calls with the uid of every document of a kind. */
  public void each(Kind<?, ?> kind, Consumer<UUID> consumer) {
    Optional<CatalogueDirectory> directory = directory(kind);
    if (directory.isPresent()) {
      boolean all =
          directory
              .get()
              .names(
                  CatalogueLayout.MOST,
                  name ->
                      CatalogueLayout.uid(name)
                          .ifPresentOrElse(
                              consumer,
                              () ->
                                  findings.add(
                                      "in the catalogue's " + kind.plural() + " is " + name)));
      if (!all) {
        findings.add("the catalogue has more than " + CatalogueLayout.MOST + " " + kind.plural());
      }
    }
  }

  private Optional<CatalogueDirectory> directory(Kind<?, ?> kind) {
    return catalogue == null
        ? Optional.empty()
        : directories.computeIfAbsent(kind.plural(), catalogue::child);
  }

  private <S> Optional<Noted<S>> refused(Kind<S, ?> kind, String file, String reason) {
    findings.add("the catalogue's " + kind.plural() + "/" + file + " " + reason);
    return Optional.empty();
  }

  private <S> Optional<Noted<S>> parse(Kind<S, ?> kind, UUID uid, String file, ByteBuffer content) {
    try {
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      JsonNode document = json.readTree(bytes);
      if (document.path("format").intValue() != CatalogueDocument.FORMAT) {
        return refused(kind, file, "is not of a format that this release reads");
      }
      if (!document.path("uid").asText().equals(uid.toString())
          || !document.path("kind").asText().equals(kind.name())) {
        return refused(kind, file, "is the document of something else");
      }
      S spec = json.forType(kind.spec()).readValue(document.path("spec"));
      if (spec == null) {
        return refused(kind, file, "has no spec");
      }
      return Optional.of(noted(document, uid, spec));
    } catch (JsonProcessingException e) {
      return refused(kind, file, "cannot be understood");
    } catch (IOException | IllegalArgumentException | ProblemException e) {
      return refused(kind, file, "has a value that cannot be used");
    }
  }

  private <S> Noted<S> noted(JsonNode document, UUID uid, S spec) {
    Map<String, String> labels = new HashMap<>();
    document
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    long generation = document.path("generation").asLong(1);
    String createdBy = Printable.of(document.path("createdBy").asText());
    return new Noted<>(
        uuid(document.path("installation")).map(InstallationId::new),
        uid,
        new Name(document.path("name").asText()),
        Labels.checked(labels),
        spec,
        generation < 1 || generation > MOST_GENERATIONS ? 1 : generation,
        time(document.path("createdAt").asText()),
        createdBy.isEmpty() ? "unknown" : createdBy,
        uuid(document.path("parent")),
        document.path("released").asBoolean());
  }

  private static Optional<UUID> uuid(JsonNode node) {
    return CatalogueLayout.uuid(node.asText());
  }

  /**
   * A time of the future would make every clock look wrong that is right, one long ago or
   * unreadable says nothing.
   */
  private Instant time(String text) {
    Instant now = clock.instant();
    try {
      Instant time = Instant.parse(text);
      return time.isBefore(EARLIEST) || time.isAfter(now) ? now : time;
    } catch (DateTimeException e) {
      return now;
    }
  }

  @Override
  public void close() {
    directories.values().forEach(directory -> directory.ifPresent(CatalogueDirectory::close));
    if (catalogue != null) {
      catalogue.close();
    }
  }
}
