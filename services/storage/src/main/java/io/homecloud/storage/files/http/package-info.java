/** The HTTP door to files. */
@NullMarked
package io.homecloud.storage.files.http;

import org.jspecify.annotations.NullMarked;
