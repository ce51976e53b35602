/** Bringing a copy up to date by what changed, without looking at what did not. */
@NullMarked
package io.homecloud.backup.change;

import org.jspecify.annotations.NullMarked;
