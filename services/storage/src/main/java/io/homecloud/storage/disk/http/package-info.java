/** The HTTP door to what disks there are. */
@NullMarked
package io.homecloud.storage.disk.http;

import org.jspecify.annotations.NullMarked;
