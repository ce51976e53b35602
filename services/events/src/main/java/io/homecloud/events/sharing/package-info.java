/** What sharing tells. */
@NullMarked
package io.homecloud.events.sharing;

import org.jspecify.annotations.NullMarked;
