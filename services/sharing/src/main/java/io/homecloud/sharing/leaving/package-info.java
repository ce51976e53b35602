/** What becomes of what somebody has who leaves. */
@NullMarked
package io.homecloud.sharing.leaving;

import org.jspecify.annotations.NullMarked;
