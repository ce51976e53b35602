/** The trees of a file system as the kernel keeps them: items behind keys. */
@NullMarked
package io.homecloud.storage.btrfs.tree;

import org.jspecify.annotations.NullMarked;
