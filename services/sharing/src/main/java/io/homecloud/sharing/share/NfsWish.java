package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Shape;
import io.homecloud.sharing.serving.NfsRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who reaches a share by NFS, which knows machines and no people. A machine that is let in is
 * trusted with the whole pool: one that forges file handles reaches files beside the share.
 *
 * @param clients addresses or networks, such as {@code 192.168.1.0/24}, of machines that are
 *     trusted with the whole pool
 * @param as the account whose rights they have
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NfsWish(@Shape(least = 1, most = 64) List<String> clients, @Nullable Name as) {
  public NfsWish {
    clients = clients == null ? List.of() : List.copyOf(clients);
  }

  @Nullable NfsRule rule() {
    return clients.isEmpty() || as == null ? null : new NfsRule(clients, as);
  }
}
