/** Custom resources: what is wished through the Kubernetes API, and what was observed of it. */
@NullMarked
package io.homecloud.kubernetes;

import org.jspecify.annotations.NullMarked;
