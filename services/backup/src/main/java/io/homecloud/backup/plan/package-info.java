/** Plans: what is copied, where to, when, and how long it is kept. */
@NullMarked
package io.homecloud.backup.plan;

import org.jspecify.annotations.NullMarked;
