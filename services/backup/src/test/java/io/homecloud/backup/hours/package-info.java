@NullMarked
package io.homecloud.backup.hours;

import org.jspecify.annotations.NullMarked;
