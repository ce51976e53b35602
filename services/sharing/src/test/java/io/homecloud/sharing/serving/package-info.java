@NullMarked
package io.homecloud.sharing.serving;

import org.jspecify.annotations.NullMarked;
