/** Figures, measured as ratios in one run. */
@NullMarked
package io.homecloud.storage.bench;

import org.jspecify.annotations.NullMarked;
