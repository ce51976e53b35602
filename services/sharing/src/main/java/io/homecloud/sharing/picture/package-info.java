/** Small pictures of large ones, made of whatever somebody stored. */
@NullMarked
package io.homecloud.sharing.picture;

import org.jspecify.annotations.NullMarked;
