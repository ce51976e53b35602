/** Who else keeps wishes: standalone nobody, in Kubernetes its API server. */
@NullMarked
package io.homecloud.control.wish;

import org.jspecify.annotations.NullMarked;
