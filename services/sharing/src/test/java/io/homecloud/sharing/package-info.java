@NullMarked
package io.homecloud.sharing;

import org.jspecify.annotations.NullMarked;
