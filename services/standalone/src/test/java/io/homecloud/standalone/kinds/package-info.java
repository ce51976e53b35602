/** Kinds as Kubernetes has them, from its API server to rows and back. */
@NullMarked
package io.homecloud.standalone.kinds;

import org.jspecify.annotations.NullMarked;
