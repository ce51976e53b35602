/** Runs: one copy of a plan each. */
@NullMarked
package io.homecloud.backup.run;

import org.jspecify.annotations.NullMarked;
