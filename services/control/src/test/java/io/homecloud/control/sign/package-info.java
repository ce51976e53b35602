@NullMarked
package io.homecloud.control.sign;

import org.jspecify.annotations.NullMarked;
