/** The installation itself as a source: what a new machine needs to be this one. */
@NullMarked
package io.homecloud.backup.installation;

import org.jspecify.annotations.NullMarked;
