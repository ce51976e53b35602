/** Disks as the kernel's sysfs and, where it runs, udev describe them. */
@NullMarked
package io.homecloud.storage.sysfs;

import org.jspecify.annotations.NullMarked;
