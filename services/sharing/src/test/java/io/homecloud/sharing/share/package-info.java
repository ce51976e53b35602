@NullMarked
package io.homecloud.sharing.share;

import org.jspecify.annotations.NullMarked;
