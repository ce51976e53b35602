@NullMarked
package io.homecloud.backup.run;

import org.jspecify.annotations.NullMarked;
