@NullMarked
package io.homecloud.sharing.picture;

import org.jspecify.annotations.NullMarked;
