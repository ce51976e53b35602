@NullMarked
package io.homecloud.storage.snapshot;

import org.jspecify.annotations.NullMarked;
