package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.ServerNames;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.Texts;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which wishes make sense by themselves, whoever and whatever there is. */
final class ShareRules {
  private static final int LONGEST_PATH = 4000;
  private static final int MOST_CLIENTS = 64;
  private static final int MOST_RULES = 256;

  private ShareRules() {}

  static void checkName(Name name) {
    if (ServerNames.isSection(name)) {
      throw SharingProblem.NAME_RESERVED.because(
          "Samba has its own meaning for a share called "
              + name
              + "; choose another name, displayName can be anything.");
    }
  }

  /** The directory in the volume. */
  static RelativePath path(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return RelativePath.TOP;
    }
    if (text.startsWith("/")) {
      throw SharingProblem.SHARE_PATH_INVALID.because(
          "path is read from the top of the volume; leave the first slash out.");
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      throw SharingProblem.SHARE_PATH_INVALID.because("path has a control character in it.");
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_PATH) {
      throw SharingProblem.SHARE_PATH_INVALID.because(
          "path is longer than " + LONGEST_PATH + " bytes.");
    }
    try {
      return RelativePath.of(bytes);
    } catch (IllegalArgumentException e) {
      throw SharingProblem.SHARE_PATH_INVALID.because(
          "path names directories of at most 255 bytes each, separated by one slash, and none of them . or .. ("
              + e.getMessage()
              + ").");
    }
  }

  static void check(ShareSpec spec) {
    if (spec.volume() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.volume is missing.");
    }
    if (spec.protocols().isEmpty()) {
      throw SharingProblem.VALUE_INVALID.because(
          "protocols names at least one of smb, nfs and webdav.");
    }
    if (spec.access().size() > MOST_RULES) {
      throw SharingProblem.VALUE_INVALID.because(
          "access has more than " + MOST_RULES + " rules; use groups.");
    }
    var _ = path(spec.path());
    checkNfs(spec);
    checkSmb(spec);
    checkHomes(spec);
    Texts.requirePrintable("displayName", spec.displayName());
  }

  private static void checkNfs(ShareSpec spec) {
    NfsWish nfs = spec.nfs();
    if (!spec.protocols().contains(Protocol.NFS)) {
      together(nfs == null, "nfs says who comes by NFS, but protocols does not name nfs.");
      return;
    }
    if (nfs == null || nfs.rule() == null) {
      throw SharingProblem.VALUE_INVALID.because(
          "NFS knows machines and no people: nfs.clients names the machines, for example 192.168.1.0/24, and nfs.as the account whose rights they have.");
    }
    if (nfs.clients().size() > MOST_CLIENTS) {
      throw SharingProblem.VALUE_INVALID.because(
          "nfs.clients names more than " + MOST_CLIENTS + " machines; use networks.");
    }
    for (String client : nfs.clients()) {
      if (!NetworkText.valid(client)) {
        throw SharingProblem.VALUE_INVALID.because(
            "nfs.clients are addresses such as 192.168.1.20 or fd00::20, or networks such as 192.168.1.0/24.");
      }
    }
  }

  private static void checkSmb(ShareSpec spec) {
    boolean smb = spec.protocols().contains(Protocol.SMB);
    together(
        smb || spec.smb() == null, "smb says how SMB is spoken, but protocols does not name smb.");
    together(
        smb || spec.timeMachine() == null,
        "Macs back up by SMB: timeMachine needs smb among the protocols.");
    together(
        smb || spec.recycleBin() == null,
        "Only SMB keeps what is deleted: recycleBin needs smb among the protocols.");
    together(
        smb || spec.protocols().contains(Protocol.WEBDAV) || !spec.previousVersions(),
        "NFS cannot show earlier versions: previousVersions needs smb or webdav among the protocols.");
    together(
        spec.timeMachine() == null || !spec.readOnly(),
        "Nobody can back up to a share that is readOnly.");
  }

  private static void checkHomes(ShareSpec spec) {
    if (spec.homes()) {
      together(
          !spec.protocols().contains(Protocol.NFS),
          "NFS knows no people, so it cannot show each their own directory: homes and nfs exclude each other.");
      together(
          spec.guestLevel() == Level.NONE,
          "Guests have no directory of their own: homes and guests exclude each other.");
    }
  }

  private static void together(boolean fine, String otherwise) {
    if (!fine) {
      throw SharingProblem.NOT_TOGETHER.because(otherwise);
    }
  }
}
