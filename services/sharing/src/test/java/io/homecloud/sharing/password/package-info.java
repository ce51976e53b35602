@NullMarked
package io.homecloud.sharing.password;

import org.jspecify.annotations.NullMarked;
