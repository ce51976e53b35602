/** Restoring files of a snapshot, and rolling a whole volume back to one, as tasks. */
@NullMarked
package io.homecloud.storage.putback;

import org.jspecify.annotations.NullMarked;
