@NullMarked
package io.homecloud.backup.duplicity;

import org.jspecify.annotations.NullMarked;
