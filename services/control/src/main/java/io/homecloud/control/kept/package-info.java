/** What services keep on the pools, to have it after a lost database. */
@NullMarked
package io.homecloud.control.kept;

import org.jspecify.annotations.NullMarked;
