package io.homecloud.standalone.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The OpenAPI document of all services: what {@link ApiScan} finds, with the sentences of the
 * Javadoc, the roles, and the shapes that follow from the conventions of {@code ResourceApi}.
 */
final class ApiDocument {
  private static final String TITLE = "homecloud";
  private final ObjectNode document;
  private final List<String> complaints = new ArrayList<>();

  ApiDocument(Javadoc javadoc) {
    ApiScan scan = new ApiScan();
    document = scan.document();
    document.withObject("/info").put("title", TITLE).put("version", "v1");
    ApiSchemas schemas = new ApiSchemas(scan, javadoc, document);
    schemas.describe();
    AskedOf asked = new AskedOf(ourClasses());
    ApiOperation.Room room = new ApiOperation.Room(scan, javadoc, asked, schemas, complaints);
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        new ApiOperation(room, operation.getKey(), path.getKey(), (ObjectNode) operation.getValue())
            .complete();
      }
    }
    schemas.prune();
    schemas.rename();
    document
        .withObject("/components/securitySchemes/token")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT")
        .put("description", "What `./homecloud token` prints.");
  }

  /** Without what they depend on, which takes long to read. */
  private static JavaClasses ourClasses() {
    return ArchConfiguration.withThreadLocalScope(configuration -> {
      configuration.setResolveMissingDependenciesFromClassPath(false);
      return new ClassFileImporter().importPaths(OurModules.existing("target/classes"));
    });
  }

  JsonNode json() {
    return document;
  }

  /** What is missing for a good document, each with the way to add it. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** As it is committed. */
  String text() {
    return document.toPrettyString() + "\n";
  }
}
