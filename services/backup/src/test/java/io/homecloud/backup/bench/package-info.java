/** The figures of backup. */
@NullMarked
package io.homecloud.backup.bench;

import org.jspecify.annotations.NullMarked;
