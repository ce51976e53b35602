/** Copies proven by restoring: a sample now and then, and all of them where that fits. */
@NullMarked
package io.homecloud.backup.verify;

import org.jspecify.annotations.NullMarked;
