/** A service's own schema: transactions, and signals that follow their commit. */
@NullMarked
package io.homecloud.events.database;

import org.jspecify.annotations.NullMarked;
