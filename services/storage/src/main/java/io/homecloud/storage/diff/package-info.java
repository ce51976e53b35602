/** What differs between two snapshots of a volume, or between one and now, over HTTP. */
@NullMarked
package io.homecloud.storage.diff;

import org.jspecify.annotations.NullMarked;
