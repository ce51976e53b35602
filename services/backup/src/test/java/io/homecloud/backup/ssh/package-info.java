@NullMarked
package io.homecloud.backup.ssh;

import org.jspecify.annotations.NullMarked;
