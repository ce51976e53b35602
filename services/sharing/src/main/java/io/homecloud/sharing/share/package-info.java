/** Shares: a volume or a part of it, for whom, and by which protocols. */
@NullMarked
package io.homecloud.sharing.share;

import org.jspecify.annotations.NullMarked;
