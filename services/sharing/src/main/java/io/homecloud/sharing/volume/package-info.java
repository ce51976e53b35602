/** What storage told about volumes, their pools and snapshots, kept for when it is not there. */
@NullMarked
package io.homecloud.sharing.volume;

import org.jspecify.annotations.NullMarked;
