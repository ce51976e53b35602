/** Names of files as the kernel has them: bytes, not text. */
@NullMarked
package io.homecloud.host.path;

import org.jspecify.annotations.NullMarked;
