/** Copies that are encrypted before they leave the node, made by duplicity. */
@NullMarked
package io.homecloud.backup.duplicity;

import org.jspecify.annotations.NullMarked;
