/** Pages for people: filled in on the server, working without a script. */
@NullMarked
package io.homecloud.pages;

import org.jspecify.annotations.NullMarked;
