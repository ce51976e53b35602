@NullMarked
package io.homecloud.sharing.link;

import org.jspecify.annotations.NullMarked;
