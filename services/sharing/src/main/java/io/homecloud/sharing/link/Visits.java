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
      Pattern.compile("([0-9]{1,15})\\.([0-9a-f-]{36})\\.([A-Za-z0-9_-]{43})");

  private final LinkKey key;
  private final Clock clock;

  Visits(LinkKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /** What a visitor of the link brings back; good for as long as its password is the same. */
  String cookie(LinkRecord link) {
    return cookie(link, UUID.randomUUID().toString());
  }

  private String cookie(LinkRecord link, String visitor) {
    String until = Long.toString(clock.instant().plus(KEPT).getEpochSecond());
    String visit = until + "." + visitor;
    return visit + "." + signature(link, visit);
  }

  boolean good(LinkRecord link, String cookie) {
    Matcher parts = FORM.matcher(cookie);
    if (!parts.matches()) {
      return false;
    }
    String signature = signature(link, cookie.substring(0, parts.end(2)));
    return MessageDigest.isEqual(bytes(signature), bytes(parts.group(3)))
        && clock.instant().isBefore(until(parts));
  }

  private static Instant until(Matcher parts) {
    return Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
  }

  private static Matcher parts(String goodCookie) {
    Matcher parts = FORM.matcher(goodCookie);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a good cookie");
    }
    return parts;
  }

  /** Whether less than half of the time of a good cookie is left. */
  boolean isOld(String cookie) {
    return clock.instant().isAfter(until(parts(cookie)).minus(KEPT.dividedBy(2)));
  }

  /** The cookie of the same visit for another while, in place of a good one. */
  String longer(LinkRecord link, String cookie) {
    return cookie(link, visitor(cookie));
  }

  /** Which visit a good cookie is of; says nothing that would open the link. */
  static String visitor(String cookie) {
    return parts(cookie).group(2);
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
