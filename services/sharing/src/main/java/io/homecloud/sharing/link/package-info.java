/** Links for guests: who has one sees or brings some files, without an account. */
@NullMarked
package io.homecloud.sharing.link;

import org.jspecify.annotations.NullMarked;
