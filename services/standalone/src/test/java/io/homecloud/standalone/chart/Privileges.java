package io.homecloud.standalone.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What the containers of rendered pods may, as the cells of a table. */
final class Privileges {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String NOTHING = "–";

  private Privileges() {}

  /** A row for each container, without the last cell, which says why. */
  static List<String> of(List<String> documents) {
    List<String> rows = new ArrayList<>();
    for (String document : documents) {
      JsonNode object = read(document);
      JsonNode pod = object.at("/spec/template/spec");
      String set = object.at("/metadata/name").asText();
      pod.path("initContainers").forEach(container -> rows.add(row(set, pod, container)));
      pod.path("containers").forEach(container -> rows.add(row(set, pod, container)));
    }
    return rows;
  }

  private static JsonNode read(String document) {
    try {
      return YAML.readTree(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String row(String set, JsonNode pod, JsonNode container) {
    JsonNode security = container.path("securityContext");
    return String.join(
        " | ",
        "| `" + set.replaceFirst("^homecloud-", "") + "` " + container.path("name").asText(),
        user(pod, security),
        capabilities(security),
        paths(pod, container),
        namespaces(pod),
        profiles(pod, security));
  }

  private static String user(JsonNode pod, JsonNode security) {
    return security
        .path("runAsUser")
        .asText(pod.at("/securityContext/runAsUser").asText("of the image"));
  }

  private static String capabilities(JsonNode security) {
    if (security.path("privileged").asBoolean()) {
      return "all (privileged)";
    }
    if (!security.at("/capabilities/drop/0").asText().equals("ALL")) {
      return "those of the container runtime";
    }
    return joined(security.at("/capabilities/add"), NOTHING);
  }

  private static String joined(JsonNode values, String none) {
    StringJoiner words = new StringJoiner(", ").setEmptyValue(none);
    values.forEach(value -> words.add(value.asText()));
    return words.toString();
  }

  private static String paths(JsonNode pod, JsonNode container) {
    StringJoiner paths = new StringJoiner(", ").setEmptyValue(NOTHING);
    for (JsonNode mount : container.path("volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.path("name").equals(mount.path("name")) && volume.has("hostPath")) {
          String how = mount.path("mountPropagation").asText("");
          if (mount.path("readOnly").asBoolean()) {
            how = "read-only";
          }
          paths.add(volume.at("/hostPath/path").asText() + (how.isEmpty() ? "" : " (" + how + ")"));
        }
      }
    }
    return paths.toString();
  }

  private static String namespaces(JsonNode pod) {
    StringJoiner shared = new StringJoiner(", ").setEmptyValue(NOTHING);
    if (pod.path("hostNetwork").asBoolean()) {
      shared.add("network");
    }
    if (pod.path("hostPID").asBoolean()) {
      shared.add("processes");
    }
    if (pod.path("hostIPC").asBoolean()) {
      shared.add("IPC");
    }
    return shared.toString();
  }

  /** What is not as it should be everywhere: root file system, seccomp, AppArmor. */
  private static String profiles(JsonNode pod, JsonNode security) {
    StringJoiner off = new StringJoiner(", ").setEmptyValue("all on");
    if (!security.path("readOnlyRootFilesystem").asBoolean()) {
      off.add("root writable");
    }
    boolean privileged = security.path("privileged").asBoolean();
    String calls =
        security
            .path("seccompProfile")
            .path("type")
            .asText(pod.at("/securityContext/seccompProfile/type").asText());
    if (privileged || !calls.equals("RuntimeDefault")) {
      off.add("no seccomp");
    }
    if (privileged || security.at("/appArmorProfile/type").asText().equals("Unconfined")) {
      off.add("no AppArmor");
    }
    return off.toString();
  }
}
