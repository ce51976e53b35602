/** NFS-Ganesha, tried by other people's clients. */
@NullMarked
package io.homecloud.sharing.ganesha;

import org.jspecify.annotations.NullMarked;
