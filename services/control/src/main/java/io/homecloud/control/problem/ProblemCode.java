package io.homecloud.control.problem;

import java.util.Locale;

/** A service's list of what can be wrong with a request; implemented by one enum per service. */
public interface ProblemCode {
  /** The enum's constant name. */
  String name();

  /** The HTTP status that goes with it. */
  int status();

  /** The same words every time, for people; the details go into the problem's {@code detail}. */
  String title();

  /** The word in logs, conditions and problems, for example {@code name-invalid}. */
  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** An exception that becomes the answer, with a sentence that tells the way out. */
  default ProblemException because(String detail) {
    return new ProblemException(this, detail);
  }
}
