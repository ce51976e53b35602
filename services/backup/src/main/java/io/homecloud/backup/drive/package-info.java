/** Repositories on drives that come and go: found by their file systems, mounted while needed. */
@NullMarked
package io.homecloud.backup.drive;

import org.jspecify.annotations.NullMarked;
