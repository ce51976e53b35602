package io.homecloud.sharing;

import io.homecloud.control.Name;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of accounts and groups that mean something of their own to the machine, to Samba or to
 * Windows. Names are lower case, so two never differ in case alone.
 */
public final class ServerNames {
  /** Samba's manual, smb.conf(5), "unix users"; Windows' well-known names; Debian's base-passwd. */
  private static final Set<String> RESERVED =
      Set.of(
          "root",
          "daemon",
          "bin",
          "sys",
          "sync",
          "games",
          "man",
          "lp",
          "mail",
          "news",
          "uucp",
          "proxy",
          "www-data",
          "backup",
          "list",
          "irc",
          "nobody",
          "nogroup",
          "systemd-network",
          "messagebus",
          "guest",
          "guests",
          "anonymous",
          "everyone",
          "system",
          "users",
          "administrators",
          "none",
          "homecloud");

  /** Samba takes such a name for the number that Windows knows somebody by, or everybody. */
  private static final Pattern SID = Pattern.compile("s-\\d+(-\\d+)+");

  /**
   * Sections of smb.conf, the first of which has two names there ({@code lib/param/loadparm.h});
   * {@code print$} and the like are no names of ours anyway.
   */
  private static final Set<String> SECTIONS = Set.of("global", "globals", "homes", "printers");

  private ServerNames() {}

  /** Whether a share of that name would mean something of its own to Samba. */
  public static boolean isSection(Name share) {
    return SECTIONS.contains(share.value());
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException when it is one of those
   */
  public static void requireFree(Name name) {
    if (RESERVED.contains(name.value()) || SID.matcher(name.value()).matches()) {
      throw SharingProblem.NAME_RESERVED.because(
          "\"" + name + "\" already means something to servers; choose another name.");
    }
  }
}
