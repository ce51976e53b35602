/** A Kafka broker in our own process, for those who bring none. */
@NullMarked
package io.homecloud.embedded.kafka;

import org.jspecify.annotations.NullMarked;
