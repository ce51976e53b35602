/** What was said while a run was made. */
@NullMarked
package io.homecloud.backup.log;

import org.jspecify.annotations.NullMarked;
