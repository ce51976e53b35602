package io.homecloud.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.BooleanSupplier;

/** Follows one Secret by its name. */
final class WatchedSecret {
  private WatchedSecret() {}

  /**
   * Begins to follow it; stopped by who asked.
   *
   * @param wanted whether to try again when the connection is lost
   * @param changed it came or is another
   * @param gone it was deleted
   */
  static SharedIndexInformer<Secret> watch(
      KubernetesClient client,
      String namespace,
      String name,
      BooleanSupplier wanted,
      Runnable changed,
      Runnable gone) {
    SharedIndexInformer<Secret> informer =
        client.secrets().inNamespace(namespace).withName(name).runnableInformer(0);
    informer.exceptionHandler((_, _) -> wanted.getAsBoolean());
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Secret secret) {
            changed.run();
          }

          @Override
          public void onUpdate(Secret before, Secret now) {
            changed.run();
          }

          @Override
          public void onDelete(Secret secret, boolean unknown) {
            gone.run();
          }
        });
    var _ = informer.start();
    return informer;
  }
}
