@NullMarked
package io.homecloud.control.task;

import org.jspecify.annotations.NullMarked;
