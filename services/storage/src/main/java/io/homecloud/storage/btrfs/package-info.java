@NullMarked
package io.homecloud.storage.btrfs;

import org.jspecify.annotations.NullMarked;
