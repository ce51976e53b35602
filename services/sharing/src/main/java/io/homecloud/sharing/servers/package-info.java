/** The servers that an installation has, made as its settings say. */
@NullMarked
package io.homecloud.sharing.servers;

import org.jspecify.annotations.NullMarked;
