@NullMarked
package io.homecloud.storage.trash;

import org.jspecify.annotations.NullMarked;
