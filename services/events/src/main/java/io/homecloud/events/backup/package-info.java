/** What backup tells. */
@NullMarked
package io.homecloud.events.backup;

import org.jspecify.annotations.NullMarked;
