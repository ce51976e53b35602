/** Plain trees on another machine, by rsync over SSH. */
@NullMarked
package io.homecloud.backup.ssh;

import org.jspecify.annotations.NullMarked;
