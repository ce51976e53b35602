/** PostgreSQL, run by us for those who bring none. */
@NullMarked
package io.homecloud.embedded.postgres;

import org.jspecify.annotations.NullMarked;
