@NullMarked
package io.homecloud.events.outbox;

import org.jspecify.annotations.NullMarked;
