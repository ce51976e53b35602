package io.homecloud.sharing;

import org.jspecify.annotations.Nullable;

/** Texts that people write and other people read. */
public final class Texts {
  private static final int LONGEST = 200;

  private Texts() {}

  /**
   * @throws io.homecloud.control.problem.ProblemException when it is no line of 1 to 200 printable
   *     characters
   */
  public static void requirePrintable(String field, @Nullable String text) {
    if (text != null && !printable(text)) {
      throw SharingProblem.VALUE_INVALID.because(
          field + " is 1 to " + LONGEST + " printable characters.");
    }
  }

  private static boolean printable(String text) {
    return !text.isBlank()
        && text.codePointCount(0, text.length()) <= LONGEST
        && text.codePoints()
            .noneMatch(c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.SURROGATE,
                      Character.PRIVATE_USE,
                      Character.UNASSIGNED,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR ->
                      true;
                  default -> false;
                });
  }
}
