@NullMarked
package io.homecloud.storage.schedule;

import org.jspecify.annotations.NullMarked;
