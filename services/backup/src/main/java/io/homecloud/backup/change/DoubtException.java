package io.homecloud.backup.change;

/** The changes do not lead to the copy for certain; everything has to be looked at. */
final class DoubtException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for people
   */
  DoubtException(String sentence) {
    super(sentence);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
