/** How a service asks another over HTTP. */
@NullMarked
package io.homecloud.control.ask;

import org.jspecify.annotations.NullMarked;
