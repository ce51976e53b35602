/** What other services keep on the pools, so that it outlives the database. */
@NullMarked
package io.homecloud.storage.document;

import org.jspecify.annotations.NullMarked;
