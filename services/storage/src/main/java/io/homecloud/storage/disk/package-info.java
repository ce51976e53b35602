/** What disks there are, what is on them, how healthy they are, and taking one away safely. */
@NullMarked
package io.homecloud.storage.disk;

import org.jspecify.annotations.NullMarked;
