/** The C library through Java's foreign function interface: the few calls Java has no name for. */
@NullMarked
package io.homecloud.host.libc;

import org.jspecify.annotations.NullMarked;
