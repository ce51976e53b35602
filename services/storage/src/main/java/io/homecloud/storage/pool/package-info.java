@NullMarked
package io.homecloud.storage.pool;

import org.jspecify.annotations.NullMarked;
