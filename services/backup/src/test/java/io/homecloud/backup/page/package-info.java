@NullMarked
package io.homecloud.backup.page;

import org.jspecify.annotations.NullMarked;
