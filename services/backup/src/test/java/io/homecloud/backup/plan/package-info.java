@NullMarked
package io.homecloud.backup.plan;

import org.jspecify.annotations.NullMarked;
