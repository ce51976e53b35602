@NullMarked
package io.homecloud.backup.hook;

import org.jspecify.annotations.NullMarked;
