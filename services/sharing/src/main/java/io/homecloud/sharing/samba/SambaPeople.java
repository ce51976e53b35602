package io.homecloud.sharing.samba;

import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.Verifiers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in the three files that smbd reads again whenever they changed: {@code passwd} and
 * {@code group} through nss_wrapper, and {@code smbpasswd} (smbpasswd(5)). Display names are in
 * none: nobody would see them.
 */
final class SambaPeople {
  /** Users of our own; no account can have such a name. */
  static final String ROOT = "_root";

  static final String FILES = "_files";
  static final String GUEST = "_guest";

  private static final int NOBODY = 65_534;
  private static final String NO_HASH = "X".repeat(32);

  private SambaPeople() {}

  static String users(Serving serving) {
    StringBuilder text = new StringBuilder();
    user(text, ROOT, 0);
    user(text, FILES, ServedShare.FILES_ID);
    user(text, GUEST, NOBODY);
    serving.people().forEach(person -> user(text, person.name().value(), person.id()));
    return text.toString();
  }

  private static void user(StringBuilder text, String name, int id) {
    text.append("%s:x:%d:%d::/:/usr/sbin/nologin%n".formatted(name, id, id));
  }

  /** Each has a group of its own; groups of accounts decide what shares say, not the files'. */
  static String groups(Serving serving) {
    StringBuilder text = new StringBuilder();
    group(text, ROOT, 0);
    group(text, FILES, ServedShare.FILES_ID);
    group(text, GUEST, NOBODY);
    serving.people().forEach(person -> group(text, person.name().value(), person.id()));
    return text.toString();
  }

  private static void group(StringBuilder text, String name, int id) {
    text.append("%s:x:%d:%n".formatted(name, id));
  }

  /**
   * All accounts, also those that cannot sign in: smbd would take somebody it does not know for a
   * guest.
   */
  static String passwords(Serving serving) {
    StringBuilder text = new StringBuilder();
    for (Person person : serving.people()) {
      Verifiers verifiers = person.verifiers();
      boolean signsIn = signsIn(person);
      text.append(
          "%s:%d:%s:%s:[%-11s]:LCT-65000000:%n"
              .formatted(
                  person.name(),
                  person.id(),
                  NO_HASH,
                  signsIn && verifiers != null
                      ? verifiers.ntHash().toUpperCase(Locale.ROOT)
                      : NO_HASH,
                  signsIn ? "U" : "DU"));
    }
    return text.toString();
  }

  static boolean signsIn(@Nullable Person person) {
    return person != null && person.enabled() && person.verifiers() != null;
  }

  static List<Person> signingIn(Serving serving) {
    return serving.people().stream().filter(SambaPeople::signsIn).toList();
  }
}
