package io.homecloud.sharing.samba;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of Samba's class {@code auth_json_audit}: who tried to sign in. In JSON a client's own
 * words stay within their quotes; in the other form an account could be called like an address.
 */
final class SignInParser {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@code ipv4:192.168.1.7:40012}, or {@code ipv6:fe80::1%eth0:40012}. */
  private static final Pattern ADDRESS = Pattern.compile("ipv[46]:([0-9a-f.:]+)(?:%[^:]*)?:[0-9]+");

  private SignInParser() {}

  /** The address that a wrong password for an account came from; empty for anything else. */
  static Optional<String> wrongPassword(String line) {
    int begin = line.indexOf('{');
    if (begin < 0 || !line.contains("NT_STATUS_WRONG_PASSWORD")) {
      return Optional.empty();
    }
    try {
      JsonNode tried = JSON.readTree(line.substring(begin)).path("Authentication");
      return tried.path("status").asText().equals("NT_STATUS_WRONG_PASSWORD")
          ? address(tried.path("remoteAddress").asText())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> address(String text) {
    Matcher parts = ADDRESS.matcher(text);
    return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
  }
}
