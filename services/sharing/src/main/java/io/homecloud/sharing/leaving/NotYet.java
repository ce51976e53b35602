package io.homecloud.sharing.leaving;

import io.homecloud.control.reconcile.Explained;
import java.util.List;

/** Somebody cannot be gone yet, since NFS clients would act as whoever gets the name next. */
final class NotYet extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  NotYet(List<String> shares) {
    super("NFS clients act as it in: " + String.join(", ", shares) + ".");
  }

  @Override
  public String reason() {
    return "NfsClientsActAsIt";
  }

  @Override
  public String sentence() {
    return getMessage() + " It is gone once nfs.as there names another account.";
  }
}
