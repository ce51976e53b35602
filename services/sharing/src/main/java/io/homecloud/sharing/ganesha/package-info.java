/** NFS-Ganesha as a server of shares, over NFS 3 and 4. */
@NullMarked
package io.homecloud.sharing.ganesha;

import org.jspecify.annotations.NullMarked;
