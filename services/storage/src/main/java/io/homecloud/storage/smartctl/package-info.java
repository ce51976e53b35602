/** Disk health as smartctl reads it. */
@NullMarked
package io.homecloud.storage.smartctl;

import org.jspecify.annotations.NullMarked;
