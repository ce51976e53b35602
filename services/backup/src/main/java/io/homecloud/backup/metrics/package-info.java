/** Figures for Prometheus, read from what was observed when it asks and at no other time. */
@NullMarked
package io.homecloud.backup.metrics;

import org.jspecify.annotations.NullMarked;
