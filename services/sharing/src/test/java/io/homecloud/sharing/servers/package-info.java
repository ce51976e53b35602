@NullMarked
package io.homecloud.sharing.servers;

import org.jspecify.annotations.NullMarked;
