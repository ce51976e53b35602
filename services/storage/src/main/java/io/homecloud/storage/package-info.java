@NullMarked
package io.homecloud.storage;

import org.jspecify.annotations.NullMarked;
