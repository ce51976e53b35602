/** Kernel events of block devices, from a netlink socket. */
@NullMarked
package io.homecloud.storage.uevent;

import org.jspecify.annotations.NullMarked;
