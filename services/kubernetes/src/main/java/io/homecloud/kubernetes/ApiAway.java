package io.homecloud.kubernetes;

/** The Kubernetes API does not answer, or says that it cannot now. */
final class ApiAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ApiAway(String why) {
    super(why, null, false, false);
  }
}
