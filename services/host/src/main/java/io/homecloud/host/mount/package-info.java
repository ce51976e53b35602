/** Mounting, unmounting, what is mounted, and who keeps a mount busy. */
@NullMarked
package io.homecloud.host.mount;

import org.jspecify.annotations.NullMarked;
