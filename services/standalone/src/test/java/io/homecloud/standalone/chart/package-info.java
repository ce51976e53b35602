/** What the Helm chart makes of values, and what its pods may. */
@NullMarked
package io.homecloud.standalone.chart;

import org.jspecify.annotations.NullMarked;
