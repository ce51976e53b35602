package io.homecloud.standalone.reference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.jandex.AnnotationInstance;

/** docs/reference/configuration.md, made of the mappings and of the comments beside variables. */
final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration

      Generated from the `@ConfigMapping` interfaces and the comments beside `HOMECLOUD_` variables by `./homecloud reference`; a test fails when this page is out of date.

      What an installation needs to know is asked for by options of `./homecloud up` (`./homecloud help`) and remembered in `<data>/settings`; `HOMECLOUD_DATA`, `_PORT`, `_LISTEN` and `_IMAGES` are set by it whatever is written down, and `_NODE` counts at the first start only.
      Everything else has a default. To change one, write it as an environment variable into `<data>/secrets/environment`, a line `NAME=value` each, and start again: `./homecloud down`, `./homecloud up`.
      Lines of `HOMECLOUD_`, `QUARKUS_` and `KAFKA_` are read there; a Kafka of your own behind TLS takes its settings as `KAFKA_SECURITY_PROTOCOL=SSL` and so on.
      `HOMECLOUD_AOT`, `_CACHE`, `_RECOVERY_PASSPHRASE`, `_REGISTRY` and `_UNIT_DIRECTORY` are the script's own and not read there; they are given with the command: `sudo HOMECLOUD_CACHE=/srv/cache ./homecloud up`.

      """;

  private final ApiScan scan;
  private final Javadoc javadoc;
  private final Variables variables;
  private final Set<String> told = new HashSet<>();
  private final List<String> undocumented = new ArrayList<>();

  ConfigurationPage(ApiScan scan, Javadoc javadoc, Variables variables) {
    this.scan = scan;
    this.javadoc = javadoc;
    this.variables = variables;
  }

  List<String> undocumented() {
    return List.copyOf(undocumented);
  }

  String text() {
    StringBuilder mappings = new StringBuilder();
    scan.classes().getAnnotations(ConfigMapping.class).stream()
        .sorted(Comparator.comparing(mapping -> mapping.value("prefix").asString()))
        .forEach(mapping -> mapping(mapping, mappings));
    StringBuilder page = new StringBuilder(HEAD);
    page.append("## Variables of the script and of all services\n\n");
    page.append("| variable | meaning |\n| --- | --- |\n");
    for (String variable : variables.used()) {
      if (!told.contains(variable) && !variables.internal().contains(variable)) {
        row(page, List.of(code(variable), said(variable, variables.sentence(variable))));
      }
    }
    return page.append(mappings).toString();
  }

  private void mapping(AnnotationInstance annotation, StringBuilder page) {
    Class<?> mapping = loaded(annotation.target().asClass().name().toString());
    String prefix = annotation.value("prefix").asString();
    page.append("\n## ").append(prefix).append("\n\n");
    page.append(said(prefix, javadoc.ofClass(mapping.getName()).map(Javadoc.Comment::text)));
    page.append("\n\n| property | variable | default | meaning |\n| --- | --- | --- | --- |\n");
    List<Method> items = new ArrayList<>(List.of(mapping.getDeclaredMethods()));
    items.removeIf(item -> item.isDefault() || item.isSynthetic());
    items.sort(Comparator.comparing(Method::getName));
    for (Method item : items) {
      String property = prefix + "." + dashed(item.getName());
      WithDefault with = item.getAnnotation(WithDefault.class);
      String standard = with == null ? "" : with.value();
      variables.used().stream()
          .filter(variable -> standard.startsWith("${" + variable))
          .forEach(told::add);
      told.add(variable(property));
      row(
          page,
          List.of(
              code(property),
              code(standard.startsWith("${HOMECLOUD_") ? variable(standard) : variable(property)),
              code(withoutVariables(standard)),
              said(
                  property,
                  javadoc.ofMethod(mapping.getName(), item.getName()).map(Javadoc.Comment::text))));
    }
  }

  private String said(String what, Optional<String> sentence) {
    if (sentence.isEmpty()) {
      undocumented.add(what);
    }
    return sentence.orElse("");
  }

  private static void row(StringBuilder page, List<String> cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The variable that a default names, or that MicroProfile Config makes of a property. */
  private static String variable(String text) {
    return text.startsWith("${")
        ? text.substring(2).split("[:}]", 2)[0]
        : text.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** {@code ${A:${B:c}}} is c, and so is {@code ${b.c:c}}. */
  private static String withoutVariables(String standard) {
    return standard.replaceAll("\\$\\{[\\w.-]+:|}", "");
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
