@NullMarked
package io.homecloud.sharing.samba;

import org.jspecify.annotations.NullMarked;
