/**
 * Safe access to the files below a volume or a snapshot: nothing outside is ever reached, whatever
 * links, devices, mounts and concurrent renames lie in the way.
 */
@NullMarked
package io.homecloud.storage.files;

import org.jspecify.annotations.NullMarked;
