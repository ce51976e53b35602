package io.homecloud.backup.drive;

import java.util.Optional;

/**
 * How a copy is called in a set of drives: {@code UUID:plan/runs/time}.
 *
 * @param drive that has it
 * @param copy how it is called there
 */
public record DriveCopy(String drive, String copy) {
  private static final int UUID_LENGTH = 36;

  /** Empty for what is in no set of drives. */
  public static Optional<DriveCopy> of(String text) {
    return text.length() > UUID_LENGTH && text.charAt(UUID_LENGTH) == ':'
        ? Optional.of(
            new DriveCopy(text.substring(0, UUID_LENGTH), text.substring(UUID_LENGTH + 1)))
        : Optional.empty();
  }

  public static Optional<String> driveOf(String text) {
    return of(text).map(DriveCopy::drive);
  }

  @Override
  public String toString() {
    return drive + ":" + copy;
  }
}
