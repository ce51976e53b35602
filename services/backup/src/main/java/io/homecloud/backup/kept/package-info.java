/** What backup keeps on the pools, so that it outlives the database. */
@NullMarked
package io.homecloud.backup.kept;

import org.jspecify.annotations.NullMarked;
