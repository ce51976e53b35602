@NullMarked
package io.homecloud.sharing.tls;

import org.jspecify.annotations.NullMarked;
