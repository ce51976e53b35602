package io.homecloud.backup.rsync;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What rsync says of one thing that it changed.
 *
 * @param changes as {@code %i} in rsync(1): {@code YXcstpoguax}
 * @param permissions as {@code rwxr-xr-t}
 * @param sumAndName its checksum or as many blanks, and its name
 */
record RsyncItem(String changes, String permissions, String sumAndName) {
  private static final String MARK = "=";
  static final String FORMAT = "--out-format=" + MARK + "%i %B %C %n";

  private static final Pattern FORM =
      Pattern.compile(MARK + "([<>ch.*][fdLDS][^ ]{9}) ([rwxsStT-]{9}) (.*)", Pattern.DOTALL);

  /** Empty when the line says something else. */
  static Optional<RsyncItem> of(String line) {
    Matcher form = FORM.matcher(line);
    return form.matches()
        ? Optional.of(new RsyncItem(form.group(1), form.group(2), form.group(3)))
        : Optional.empty();
  }

  /**
   * Whether its access list may be set by half. So that a list never counts before a sticky bit is
   * there, or while a setuid bit still is, rsync sets it without the rights of the owning group and
   * changes the mode, which gives the group's rights to the list's mask instead ({@code
   * change_sacl_perms} in its acls.c). When it looks a second time it sees that, and sets the list.
   */
  boolean mayBeHalfSet() {
    boolean isNew = changes.charAt(2) == '+';
    return isNew
        ? changes.charAt(1) == 'd' && "tT".indexOf(permissions.charAt(8)) >= 0
        : changes.charAt(5) == 'p' && changes.charAt(9) == 'a';
  }
}
