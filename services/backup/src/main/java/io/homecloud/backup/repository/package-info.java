/** Repositories: where copies go. */
@NullMarked
package io.homecloud.backup.repository;

import org.jspecify.annotations.NullMarked;
