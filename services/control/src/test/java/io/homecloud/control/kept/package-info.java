@NullMarked
package io.homecloud.control.kept;

import org.jspecify.annotations.NullMarked;
