/** The reader of btrfs send streams, and the kernel's send as its source. */
@NullMarked
package io.homecloud.storage.btrfs.stream;

import org.jspecify.annotations.NullMarked;
