/** Trees of files: what may happen to them, and all there is to know of them. */
@NullMarked
package io.homecloud.testkit.tree;

import org.jspecify.annotations.NullMarked;
