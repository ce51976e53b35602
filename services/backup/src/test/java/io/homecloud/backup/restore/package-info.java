@NullMarked
package io.homecloud.backup.restore;

import org.jspecify.annotations.NullMarked;
