package io.homecloud.storage.catalogue;

import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Kind;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.document.ServiceDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where in a pool what is. */
final class CatalogueLayout {
  /** Files on their way into the other directories. */
  static final String FRESH = "new";

  /** The largest document that is written or read, in bytes. */
  static final int LARGEST = 64 * 1024;

  /** Where other services' documents are. */
  static final String DOCUMENTS = "documents";

  /** The largest of those, in bytes: what a request can bring, and who wrote it. */
  static final int LARGEST_DOCUMENT = 1028 * 1024;

  static final int MOST_DOCUMENTS = 100;

  /** More of a kind than anybody has; keeps a hostile disk from costing time without end. */
  static final int MOST = 200_000;

  private static final String SUFFIX = ".json";

  private static final Map<String, String> DIRECTORIES =
      List.<Kind<?, ?>>of(
              StorageKinds.POOL,
              StorageKinds.VOLUME,
              StorageKinds.SNAPSHOT,
              StorageKinds.TRASH,
              StorageKinds.SCHEDULE)
          .stream()
          .collect(Collectors.toUnmodifiableMap(Kind::name, Kind::plural));

  private CatalogueLayout() {}

  /** The directory of a kind. */
  static String directory(String kind) {
    String directory = DIRECTORIES.get(kind);
    if (directory == null) {
      throw new IllegalArgumentException("no kind of storage: " + kind);
    }
    return directory;
  }

  /** All directories in the catalogue. */
  static List<String> directories() {
    return Stream.concat(DIRECTORIES.values().stream(), Stream.of(FRESH, DOCUMENTS))
        .sorted()
        .toList();
  }

  static String file(UUID uid) {
    return uid + SUFFIX;
  }

  /** Of each installation one: what others wrote on a pool stays there beside it. */
  static String file(ServiceDocument.Key document, InstallationId installation) {
    return document.service() + "." + document.name() + "." + installation + SUFFIX;
  }

  /** Which document has that file; empty for other names. */
  static Optional<ServiceDocument.Key> documentOf(String file) {
    String[] parts = file.split("\\.", -1);
    return parts.length == 4
            && file.endsWith(SUFFIX)
            && Name.valid(parts[0])
            && Name.valid(parts[1])
            && uuid(parts[2]).isPresent()
        ? Optional.of(new ServiceDocument.Key(new Name(parts[0]), new Name(parts[1])))
        : Optional.empty();
  }

  /** The uid of a document's file; empty for other names. */
  static Optional<UUID> uid(String file) {
    return file.endsWith(SUFFIX)
        ? uuid(file.substring(0, file.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /** In the one form that we write; Java alone takes shorter ones too. */
  static Optional<UUID> uuid(String text) {
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      UUID uuid = UUID.fromString(text);
      return uuid.toString().equals(text) ? Optional.of(uuid) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
