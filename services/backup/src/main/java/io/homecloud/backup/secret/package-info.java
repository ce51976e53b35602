/** Secrets of repositories and of the databases that plans dump: set, used, and never shown. */
@NullMarked
package io.homecloud.backup.secret;

import org.jspecify.annotations.NullMarked;
