/** Makes the pages of docs/reference from what they describe, and holds them against it. */
@NullMarked
package io.homecloud.standalone.reference;

import org.jspecify.annotations.NullMarked;
