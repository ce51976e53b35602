package io.homecloud.standalone.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.CompositeIndex;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.IndexReader;
import org.jboss.jandex.IndexView;

/** The resource classes of all services on the class path, as SmallRye reads them. */
final class ApiScan {
  /** Extension of an operation: the resource class that answers it. */
  static final String CLASS = "x-class";

  /** Extension of an operation: the method that answers it. */
  static final String METHOD = "x-method";

  private final IndexView index = index();

  /** Jandex indexes of our own modules: each service's jar has one. */
  private static IndexView index() {
    List<IndexView> ours = new ArrayList<>();
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      for (URL url : Collections.list(loader.getResources("META-INF/jandex.idx"))) {
        try (InputStream in = url.openStream()) {
          Index read = new IndexReader(in).read();
          if (read.getKnownClasses().stream()
              .anyMatch(c -> c.name().toString().startsWith("io.homecloud."))) {
            ours.add(read);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompositeIndex.create(ours);
  }

  IndexView classes() {
    return index;
  }

  ClassInfo classOf(String name) {
    ClassInfo found = index.getClassByName(DotName.createSimple(name));
    if (found == null) {
      throw new IllegalStateException("not in the index: " + name);
    }
    return found;
  }

  /** The document as it is made of the classes and their annotations alone. */
  ObjectNode document() {
    SmallRyeOpenAPI document =
        SmallRyeOpenAPI.builder()
            .withIndex(index)
            .enableModelReader(false)
            .enableStandardStaticFiles(false)
            .enableStandardFilter(false)
            .withOperationHandler((operation, owner, method) -> {
              operation.addExtension(CLASS, owner.name().toString());
              operation.addExtension(METHOD, method.name());
            })
            .build();
    try {
      return (ObjectNode) new ObjectMapper().readTree(document.toJSON());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
