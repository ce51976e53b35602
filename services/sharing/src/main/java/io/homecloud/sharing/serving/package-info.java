/** What servers are to serve, whole, and what every server can do: the port of the adapters. */
@NullMarked
package io.homecloud.sharing.serving;

import org.jspecify.annotations.NullMarked;
