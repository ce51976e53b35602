package io.homecloud.backup.engine;

import io.homecloud.backup.Trouble;
import java.io.IOException;

/** A repository could not be read or written, and it is known what that means. */
public final class Troubled extends IOException {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;

  /**
   * @param sentence for people
   */
  public Troubled(Trouble trouble, String sentence) {
    super(sentence);
    this.trouble = trouble;
  }

  public Trouble trouble() {
    return trouble;
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }
}
