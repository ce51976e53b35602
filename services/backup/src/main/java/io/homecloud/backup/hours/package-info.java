/** When a plan may copy, and how fast. */
@NullMarked
package io.homecloud.backup.hours;

import org.jspecify.annotations.NullMarked;
