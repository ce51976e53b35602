/** Figures for Prometheus, read from the file system when it asks and at no other time. */
@NullMarked
package io.homecloud.storage.metrics;

import org.jspecify.annotations.NullMarked;
