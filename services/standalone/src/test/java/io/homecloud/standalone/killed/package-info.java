/** The application as it is shipped, ended at any instruction, and disks that lost their power. */
@NullMarked
package io.homecloud.standalone.killed;

import org.jspecify.annotations.NullMarked;
