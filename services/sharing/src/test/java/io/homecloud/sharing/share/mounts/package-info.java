@NullMarked
package io.homecloud.sharing.share.mounts;

import org.jspecify.annotations.NullMarked;
