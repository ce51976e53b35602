@NullMarked
package io.homecloud.storage.volume;

import org.jspecify.annotations.NullMarked;
