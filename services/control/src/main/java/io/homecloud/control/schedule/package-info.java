@NullMarked
package io.homecloud.control.schedule;

import org.jspecify.annotations.NullMarked;
