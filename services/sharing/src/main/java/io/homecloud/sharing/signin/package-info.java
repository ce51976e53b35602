/** Signing in, once for the whole of homecloud. */
@NullMarked
package io.homecloud.sharing.signin;

import org.jspecify.annotations.NullMarked;
