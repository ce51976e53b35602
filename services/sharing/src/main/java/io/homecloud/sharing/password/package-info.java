/** What a password is checked with, and where that is kept. */
@NullMarked
package io.homecloud.sharing.password;

import org.jspecify.annotations.NullMarked;
