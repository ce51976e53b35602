@NullMarked
package io.homecloud.storage.catalogue;

import org.jspecify.annotations.NullMarked;
