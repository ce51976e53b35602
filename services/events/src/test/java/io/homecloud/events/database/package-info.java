@NullMarked
package io.homecloud.events.database;

import org.jspecify.annotations.NullMarked;
