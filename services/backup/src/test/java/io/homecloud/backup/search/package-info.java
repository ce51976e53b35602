@NullMarked
package io.homecloud.backup.search;

import org.jspecify.annotations.NullMarked;
