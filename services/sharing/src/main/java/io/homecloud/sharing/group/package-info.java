/** Groups of persons. */
@NullMarked
package io.homecloud.sharing.group;

import org.jspecify.annotations.NullMarked;
