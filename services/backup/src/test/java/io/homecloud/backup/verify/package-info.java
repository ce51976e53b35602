@NullMarked
package io.homecloud.backup.verify;

import org.jspecify.annotations.NullMarked;
