package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.util.List;

/**
 * Who reaches a share by NFS, which knows machines and no people.
 *
 * @param clients addresses or networks (CIDR), IPv4 or IPv6
 * @param as the account whose level they have
 */
public record NfsRule(List<String> clients, Name as) {
  public NfsRule {
    clients = List.copyOf(clients);
  }
}
