/** Block device nodes by ioctl: flushing, write protection, images on loop devices. */
@NullMarked
package io.homecloud.storage.block;

import org.jspecify.annotations.NullMarked;
