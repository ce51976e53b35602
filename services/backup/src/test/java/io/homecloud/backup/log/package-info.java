@NullMarked
package io.homecloud.backup.log;

import org.jspecify.annotations.NullMarked;
