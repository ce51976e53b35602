@NullMarked
package io.homecloud.sharing.leaving;

import org.jspecify.annotations.NullMarked;
