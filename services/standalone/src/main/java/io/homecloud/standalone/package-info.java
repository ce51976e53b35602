@NullMarked
package io.homecloud.standalone;

import org.jspecify.annotations.NullMarked;
