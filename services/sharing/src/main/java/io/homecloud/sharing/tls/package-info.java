/** Certificates for HTTPS: of an authority of our own, or given ones. */
@NullMarked
package io.homecloud.sharing.tls;

import org.jspecify.annotations.NullMarked;
