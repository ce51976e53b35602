/** Persons who live here. */
@NullMarked
package io.homecloud.sharing.account;

import org.jspecify.annotations.NullMarked;
