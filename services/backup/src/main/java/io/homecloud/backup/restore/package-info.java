/** Restores: bringing back what a run has. */
@NullMarked
package io.homecloud.backup.restore;

import org.jspecify.annotations.NullMarked;
