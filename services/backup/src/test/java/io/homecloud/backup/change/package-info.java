@NullMarked
package io.homecloud.backup.change;

import org.jspecify.annotations.NullMarked;
