/** Pages for people: filled in on the server, working without a script. */
@NullMarked
package io.homecloud.sharing.page;

import org.jspecify.annotations.NullMarked;
