@NullMarked
package io.homecloud.host;

import org.jspecify.annotations.NullMarked;
