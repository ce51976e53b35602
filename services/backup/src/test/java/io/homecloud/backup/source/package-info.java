@NullMarked
package io.homecloud.backup.source;

import org.jspecify.annotations.NullMarked;
