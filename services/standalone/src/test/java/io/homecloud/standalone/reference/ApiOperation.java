package io.homecloud.standalone.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.api.Parameters;
import io.homecloud.control.api.ResourceApi;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.MethodParameterInfo;
import org.jspecify.annotations.Nullable;

/** One operation of the OpenAPI document, completed with what its method and its class say. */
final class ApiOperation {
  private static final Set<String> VERBS =
      Set.of("list", "get", "create", "replace", "patch", "delete");
  private static final JsonNode NOTHING_SAID = JsonNodeFactory.instance.objectNode();
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  /** Methods of {@code Asked}: the parameter that each reads, and who checks it. */
  private static final Map<String, List<String>> ASKED =
      Map.of(
          "waiting", List.of("wait", "waiting"),
          "limit", List.of("limit", "limit"),
          "position", List.of("continue", "position"),
          "labels", List.of("labelSelector", "labels"),
          "ifMatch", List.of("If-Match", "ifMatch"),
          "idempotency", List.of("Idempotency-Key", "idempotencyKey"));

  /** What all operations need. */
  record Room(
      ApiScan scan, Javadoc javadoc, AskedOf asked, ApiSchemas schemas, List<String> complaints) {}

  private final Room room;
  private final String called;
  private final String path;
  private final ObjectNode operation;
  private final ClassInfo resource;
  private final MethodInfo method;

  ApiOperation(Room room, String verb, String path, ObjectNode operation) {
    this.room = room;
    this.called = verb.toUpperCase(java.util.Locale.ROOT) + " " + path;
    this.path = path;
    this.operation = operation;
    this.resource = room.scan().classOf(operation.remove(ApiScan.CLASS).asText());
    this.method = find(resource, operation.remove(ApiScan.METHOD).asText());
  }

  private MethodInfo find(ClassInfo in, String name) {
    MethodInfo found =
        in.methods().stream().filter(m -> m.name().equals(name)).findFirst().orElse(null);
    return found == null ? find(room.scan().classOf(in.superName().toString()), name) : found;
  }

  void complete() {
    sentences();
    role();
    parameters();
    body();
    answers();
  }

  private boolean complains(boolean wrong, String what) {
    if (wrong) {
      room.complaints()
          .add("%s (%s.%s): %s".formatted(called, resource.simpleName(), method.name(), what));
    }
    return wrong;
  }

  private Optional<Javadoc.Comment> comment() {
    return room.javadoc().ofMethod(method.declaringClass().name().toString(), method.name());
  }

  /** Of the method, or else of the convention that it follows. */
  private void sentences() {
    if (operation.has("summary")) {
      return;
    }
    Optional<Javadoc.Comment> said =
        comment()
            .or(() ->
                VERBS.contains(method.name())
                    ? room.javadoc().ofMethod(ResourceApi.class.getName(), method.name())
                    : Optional.empty());
    if (!complains(said.isEmpty(), "write a Javadoc sentence; it becomes the summary")) {
      operation.put("summary", said.orElseThrow().summary());
      if (!said.orElseThrow().text().equals(said.orElseThrow().summary())) {
        operation.put("description", said.orElseThrow().text());
      }
    }
  }

  private void role() {
    for (AnnotationTarget target : List.of(method, method.declaringClass(), resource)) {
      AnnotationInstance allowed = target.declaredAnnotation(RolesAllowed.class);
      if (allowed != null) {
        ArrayNode roles = operation.putArray("security").addObject().putArray("token");
        List.of(allowed.value().asStringArray()).forEach(roles::add);
        return;
      }
      if (target.hasDeclaredAnnotation(PermitAll.class)) {
        operation.putArray("security");
        return;
      }
    }
    complains(true, "say who may: @RolesAllowed");
  }

  private void parameters() {
    ArrayNode parameters = operation.withArray("/parameters");
    Set<String> asked = asked();
    ASKED.forEach((accessor, names) -> {
      ObjectNode parameter = parameter(names.getFirst());
      if (parameter != null && asked.contains(accessor)) {
        room.javadoc()
            .ofMethod(Parameters.class.getName(), names.getLast())
            .ifPresent(said ->
                parameter.put(
                    "description", said.text().replaceFirst("^`" + names.getFirst() + "`: ", "")));
      } else if (parameter != null && !parameter.has("description")) {
        forget(names.getFirst());
      }
    });
    for (Matcher variable = VARIABLE.matcher(path); variable.find(); ) {
      String name = variable.group(1);
      if (parameter(name) == null) {
        ObjectNode added =
            parameters.addObject().put("name", name).put("in", "path").put("required", true);
        added.withObject("/schema").put("type", "string");
        added.put("description", "The rest of the URL, percent-encoded name by name.");
      }
    }
    for (JsonNode each : parameters) {
      ObjectNode parameter = (ObjectNode) each;
      String name = parameter.path("name").asText();
      comment()
          .map(said -> said.parameters().get(javaName(name)))
          .ifPresent(sentence -> parameter.put("description", sentence));
      complains(
          !parameter.has("description") && !parameter.path("in").asText().equals("path"),
          "say what " + name + " is: @param in the Javadoc");
    }
    if (parameters.isEmpty()) {
      operation.remove("parameters");
    }
  }

  private Set<String> asked() {
    return room.asked().method(method.declaringClass().name().toString(), method.name());
  }

  /** What the method calls it; {@code Content-Range} and the like are no names in Java. */
  private String javaName(String parameter) {
    return method.parameters().stream()
        .filter(candidate ->
            candidate.annotations().stream()
                .anyMatch(a -> a.value() != null && a.value().value().equals(parameter)))
        .map(MethodParameterInfo::name)
        .findFirst()
        .orElse(parameter);
  }

  private @Nullable ObjectNode parameter(String name) {
    for (JsonNode parameter : operation.withArray("/parameters")) {
      if (parameter.path("name").asText().equals(name)) {
        return (ObjectNode) parameter;
      }
    }
    return null;
  }

  private void forget(String name) {
    ArrayNode parameters = operation.withArray("/parameters");
    for (int at = parameters.size() - 1; at >= 0; at--) {
      if (parameters.path(at).path("name").asText().equals(name)) {
        parameters.remove(at);
      }
    }
  }

  /** The kind's resource as SmallRye calls it, when the class follows the conventions of one. */
  private @Nullable String convention() {
    if (!VERBS.contains(method.name())) {
      return null;
    }
    return resource.methods().stream()
        .filter(m -> m.name().equals("list"))
        .map(m -> m.returnType().toString().replaceAll("[\\w.]*\\.|[<>, ]", ""))
        .flatMap(name -> ApiSchemas.resourceIn(name).stream())
        .findFirst()
        .orElse(null);
  }

  private void body() {
    boolean taken =
        method.hasAnnotation(RequestBody.class)
            || method.parameters().stream()
                .anyMatch(parameter ->
                    parameter.annotations().stream()
                        .allMatch(a -> a.name().withoutPackagePrefix().equals("Nullable")));
    if (!taken) {
      operation.remove("requestBody");
      return;
    }
    String kind = convention();
    AnnotationInstance said = method.annotation(RequestBodySchema.class);
    if (kind != null) {
      json(operation.withObject("/requestBody").put("required", true), room.schemas().body(kind));
    } else if (said != null) {
      json(operation.withObject("/requestBody"), schema(said.value()));
    }
    complains(
        operation.path("requestBody").path("content").isEmpty(),
        "say what the body is: @RequestBodySchema(X.class)");
  }

  /** SmallRye passes these annotations over where no media type is given as well. */
  private String schema(AnnotationValue type) {
    return String.valueOf(ApiSchemas.nameOf(room.scan().classOf(type.asClass().name().toString())));
  }

  private void json(ObjectNode owner, String schema) {
    complains(
        !room.schemas().has(schema), "annotate " + schema + " with @Schema, so that it is found");
    owner
        .withObject("/content")
        .withObject("application/json")
        .withObject("/schema")
        .put("$ref", ApiSchemas.reference(schema));
  }

  private void answers() {
    ObjectNode responses = operation.withObject("/responses");
    AnnotationInstance said = method.annotation(APIResponseSchema.class);
    if (said != null) {
      json(responses.withObject("/" + said.value("responseCode").asString()), schema(said.value()));
      if (asked().contains("waiting") && schema(said.value()).equals("Task")) {
        answer("200", "With `wait`: it has ended.", "Task");
      }
    }
    String kind = convention();
    if (kind != null && !method.name().equals("list")) {
      responses.removeAll();
      switch (method.name()) {
        case "create" -> {
          answer("201", "Recorded; with `wait`, ready.", kind);
          answer("202", "Recorded, but not ready at the end of the wait.", kind);
        }
        case "delete" -> {
          answer("202", "On its way.", kind);
          answer("204", "It was waited for, and is gone.", null);
        }
        case "get" -> answer("200", "As it is now.", kind);
        default -> {
          answer("200", "Recorded; with `wait`, ready.", kind);
          answer("202", "Recorded, but not ready at the end of the wait.", kind);
        }
      }
    }
    for (Map.Entry<String, JsonNode> response : responses.properties()) {
      JsonNode content = response.getValue().path("content");
      if (content instanceof ObjectNode types && types.remove("*/*") instanceof ObjectNode any) {
        types.putIfAbsent("application/json", any);
      }
      complains(
          !response.getKey().equals("204")
              && (content.isEmpty() || content.path("application/json").equals(NOTHING_SAID)),
          "say what "
              + response.getKey()
              + " answers: @APIResponseSchema(value = X.class, responseCode = …)");
    }
    ObjectNode problem = responses.withObject("/default").put("description", "What is wrong.");
    problem
        .withObject("/content")
        .withObject("application/problem+json")
        .withObject("/schema")
        .put("$ref", ApiSchemas.reference("Problem"));
  }

  private void answer(String code, String sentence, @Nullable String schema) {
    ObjectNode answer = operation.withObject("/responses/" + code).put("description", sentence);
    if (schema != null) {
      json(answer, schema);
    }
  }
}
