/** What sharing keeps on the pools, so that it outlives the database. */
@NullMarked
package io.homecloud.sharing.kept;

import org.jspecify.annotations.NullMarked;
