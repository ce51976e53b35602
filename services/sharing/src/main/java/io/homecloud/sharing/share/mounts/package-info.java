/** The directories that servers serve: parts of volumes, mounted so that one user owns them. */
@NullMarked
package io.homecloud.sharing.share.mounts;

import org.jspecify.annotations.NullMarked;
