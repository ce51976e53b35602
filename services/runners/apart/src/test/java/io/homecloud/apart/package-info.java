/** The services as processes of their own, tried together. */
@NullMarked
package io.homecloud.apart;

import org.jspecify.annotations.NullMarked;
