@NullMarked
package io.homecloud.backup.tree;

import org.jspecify.annotations.NullMarked;
