package io.homecloud.host.mount;

import io.homecloud.host.libc.Errno;

/** What mount(2) or umount2(2) answered. */
public sealed interface MountResult {
  record Done() implements MountResult {}

  record Refused(Errno errno, String reason) implements MountResult {}
}
