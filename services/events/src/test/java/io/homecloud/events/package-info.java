@NullMarked
package io.homecloud.events;

import org.jspecify.annotations.NullMarked;
