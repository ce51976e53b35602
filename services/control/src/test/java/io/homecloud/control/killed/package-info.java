/** A service that is killed at any instruction and must not care. */
@NullMarked
package io.homecloud.control.killed;

import org.jspecify.annotations.NullMarked;
