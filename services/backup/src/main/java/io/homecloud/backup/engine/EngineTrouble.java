package io.homecloud.backup.engine;

import io.homecloud.backup.Trouble;
import java.io.IOException;

/** A repository cannot be read or written just now, and the engine knows why. */
public final class EngineTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;
  private final String sentence;

  public EngineTrouble(Trouble trouble, String sentence) {
    super(sentence);
    this.trouble = trouble;
    this.sentence = sentence;
  }

  public Trouble trouble() {
    return trouble;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }
}
