/** Figures of sharing, measured as ratios in one run. */
@NullMarked
package io.homecloud.sharing.bench;

import org.jspecify.annotations.NullMarked;
