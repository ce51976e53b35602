@NullMarked
package io.homecloud.events.storage;

import org.jspecify.annotations.NullMarked;
