/** Backups for people: what is copied, and how to get it back, without a console. */
@NullMarked
package io.homecloud.backup.page;

import org.jspecify.annotations.NullMarked;
