/** What is on a disk: blkid's low-level probing. */
@NullMarked
package io.homecloud.storage.blkid;

import org.jspecify.annotations.NullMarked;
