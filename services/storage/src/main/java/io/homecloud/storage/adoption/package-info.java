/** Pools that come with everything on them, and pools that are given away. */
@NullMarked
package io.homecloud.storage.adoption;

import org.jspecify.annotations.NullMarked;
