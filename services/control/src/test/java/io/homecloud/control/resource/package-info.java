@NullMarked
package io.homecloud.control.resource;

import org.jspecify.annotations.NullMarked;
