@NullMarked
package io.homecloud.sharing.kept;

import org.jspecify.annotations.NullMarked;
