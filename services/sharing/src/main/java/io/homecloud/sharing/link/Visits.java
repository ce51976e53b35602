package io.homecloud.sharing.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows visitors of a link again who were let in: by a cookie that says who and until when, with
 * our signature (HMAC-SHA-256). So a visit counts once, the password is asked for once, and what
 * one visitor brings in pieces is not mixed with another's.
 */
final class Visits {
  static final Duration KEPT = Duration.ofHours(12);
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15})\\.[0-9a-f-]{36}\\.([A-Za-z0-9_-]{43})");

  private final LinkKey key;
  private final Clock clock;

  Visits(LinkKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /** What a visitor of the link brings back; good for as long as its password is the same. */
  String cookie(LinkRecord link) {
    String until = Long.toString(clock.instant().plus(KEPT).getEpochSecond());
    String visit = until + "." + UUID.randomUUID();
    return visit + "." + signature(link, visit);
  }

  boolean good(LinkRecord link, String cookie) {
    Matcher parts = FORM.matcher(cookie);
    if (!parts.matches()) {
      return false;
    }
    String signature = signature(link, visitor(cookie));
    return MessageDigest.isEqual(bytes(signature), bytes(parts.group(2)))
        && clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts.group(1))));
  }

  /** Which visit a good cookie is of; says nothing that would open the link. */
  static String visitor(String cookie) {
    return cookie.substring(0, cookie.lastIndexOf('.'));
  }

  private String signature(LinkRecord link, String visit) {
    String password = link.passwordHash() == null ? "" : " " + link.passwordHash();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.signature(link.uid() + " " + visit + password));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
