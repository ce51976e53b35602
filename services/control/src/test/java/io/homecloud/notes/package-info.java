/** The smallest service there is; docs/how-to/add-a-service.md is written along it. */
@NullMarked
package io.homecloud.notes;

import org.jspecify.annotations.NullMarked;
