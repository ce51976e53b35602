/** Backup: copies of volumes elsewhere, kept by generation. */
@NullMarked
package io.homecloud.backup;

import org.jspecify.annotations.NullMarked;
