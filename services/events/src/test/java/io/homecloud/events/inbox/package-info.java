@NullMarked
package io.homecloud.events.inbox;

import org.jspecify.annotations.NullMarked;
