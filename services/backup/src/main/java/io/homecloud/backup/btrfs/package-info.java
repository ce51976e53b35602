/** Copies that share what did not change as btrfs snapshots. */
@NullMarked
package io.homecloud.backup.btrfs;

import org.jspecify.annotations.NullMarked;
