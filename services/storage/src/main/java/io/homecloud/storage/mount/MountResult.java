package io.homecloud.storage.mount;

import io.homecloud.storage.libc.Errno;

/** What mount(2) or umount2(2) answered. */
public sealed interface MountResult {
  record Done() implements MountResult {}

  record Refused(Errno errno, String reason) implements MountResult {}
}
