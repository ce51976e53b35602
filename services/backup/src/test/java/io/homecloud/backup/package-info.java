@NullMarked
package io.homecloud.backup;

import org.jspecify.annotations.NullMarked;
