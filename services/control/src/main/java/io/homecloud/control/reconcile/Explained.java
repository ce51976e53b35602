package io.homecloud.control.reconcile;

/** A failure that can say to people what it is; of any other they are told to read the log. */
public interface Explained {
  /** One CamelCase word for programs, the reason of the condition. */
  String reason();

  /** For the person who asked, what is in the way. */
  String sentence();
}
