/** A repository on disk: a plain tree per run, complete or recognisably not. */
@NullMarked
package io.homecloud.backup.tree;

import org.jspecify.annotations.NullMarked;
