package io.homecloud.kubernetes;

import io.homecloud.control.reconcile.Explained;

/** The Kubernetes API does not answer, or says that it cannot now. */
final class ApiAway extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  ApiAway(String why) {
    super(why, null, false, false);
  }

  @Override
  public String reason() {
    return "ClusterAway";
  }

  @Override
  public String sentence() {
    return "The Kubernetes API has to hear of it, and does not answer now.";
  }
}
