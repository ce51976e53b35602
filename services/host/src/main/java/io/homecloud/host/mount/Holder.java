package io.homecloud.host.mount;

/**
 * Who keeps a mount busy.
 *
 * @param pid the process, as this process' namespace numbers it; 0 for the kernel itself
 * @param command the process' short name, for people
 * @param place the path it uses, as it sees it
 */
public record Holder(int pid, String command, Use use, String place) {
  /** How it is used. */
  public enum Use {
    OPEN_FILE,
    WORKING_DIRECTORY,
    ROOT_DIRECTORY,
    PROGRAM,
    MAPPED_FILE,
    /** A loop device's image lies there. */
    LOOP_IMAGE,
    /** Nothing is open, but another mount namespace has it mounted. */
    MOUNTED_ELSEWHERE
  }

  /** For example {@code smbd (4711) has /srv/docs/a.txt open}. */
  public String sentence() {
    String who = pid == 0 ? command : command + " (" + pid + ")";
    return switch (use) {
      case OPEN_FILE -> who + " has " + place + " open";
      case WORKING_DIRECTORY -> who + " works in " + place;
      case ROOT_DIRECTORY -> who + " has its root at " + place;
      case PROGRAM -> who + " is the running program " + place;
      case MAPPED_FILE -> who + " has " + place + " mapped";
      case LOOP_IMAGE -> who + " reads the image " + place;
      case MOUNTED_ELSEWHERE -> who + " has it mounted at " + place;
    };
  }
}
