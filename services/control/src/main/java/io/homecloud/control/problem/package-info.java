@NullMarked
package io.homecloud.control.problem;

import org.jspecify.annotations.NullMarked;
