/**
 * What differs between two snapshots of a volume, putting a volume back to one of them, and
 * fetching single files back.
 */
@NullMarked
package io.homecloud.storage.snapshot.change;

import org.jspecify.annotations.NullMarked;
