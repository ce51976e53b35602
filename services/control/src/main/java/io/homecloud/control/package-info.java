@NullMarked
package io.homecloud.control;

import org.jspecify.annotations.NullMarked;
