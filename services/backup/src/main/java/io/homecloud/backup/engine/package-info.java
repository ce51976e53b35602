/** What a plan needs of whatever makes its copies: a seam between runs and tools. */
@NullMarked
package io.homecloud.backup.engine;

import org.jspecify.annotations.NullMarked;
