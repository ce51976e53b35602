/** Secrets of repositories: set, used, and never shown. */
@NullMarked
package io.homecloud.backup.secret;

import org.jspecify.annotations.NullMarked;
