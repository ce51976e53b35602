/** What every application of services begins with. */
@NullMarked
package io.homecloud.application;

import org.jspecify.annotations.NullMarked;
