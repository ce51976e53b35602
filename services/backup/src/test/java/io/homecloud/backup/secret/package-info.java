@NullMarked
package io.homecloud.backup.secret;

import org.jspecify.annotations.NullMarked;
