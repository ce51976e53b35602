package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a form that may have more of them, and longer ones, than a server usually takes.
 */
record FormFields(Map<String, List<String>> values) {
  private static final FormFields NONE = new FormFields(Map.of());

  /**
   * Reads a form; of one that is none there are no fields.
   *
   * @param form as application/x-www-form-urlencoded (WHATWG URL standard, section 5.1)
   */
  static FormFields read(String form) {
    Map<String, List<String>> values = new HashMap<>();
    for (String field : form.split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        continue;
      }
      byte[] value = PercentCode.decode(field.substring(equals + 1).replace("+", "%20"));
      if (value == null) {
        return NONE;
      }
      values
          .computeIfAbsent(field.substring(0, equals), _ -> new ArrayList<>())
          .add(new String(value, StandardCharsets.UTF_8));
    }
    return new FormFields(values);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** What was written into a field, without the blanks around it; empty when there is none. */
  String text(String name) {
    return has(name) ? all(name).getFirst().strip() : "";
  }

  /** Passwords are among them. */
  @Override
  public String toString() {
    return "FormFields" + values.keySet();
  }
}
