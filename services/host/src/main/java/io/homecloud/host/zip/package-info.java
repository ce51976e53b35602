/** Zip files that are made while they are sent. */
@NullMarked
package io.homecloud.host.zip;

import org.jspecify.annotations.NullMarked;
