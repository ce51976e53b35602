/** Copying with rsync. */
@NullMarked
package io.homecloud.backup.rsync;

import org.jspecify.annotations.NullMarked;
