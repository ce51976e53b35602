/**
 * Where a file was, over all runs of all repositories: a small file for each plan of a repository,
 * read in a sweep.
 */
@NullMarked
package io.homecloud.backup.search;

import org.jspecify.annotations.NullMarked;
