@NullMarked
package io.homecloud.sharing.signin;

import org.jspecify.annotations.NullMarked;
