@NullMarked
package io.homecloud.control.api;

import org.jspecify.annotations.NullMarked;
