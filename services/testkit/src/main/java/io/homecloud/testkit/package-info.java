@NullMarked
package io.homecloud.testkit;

import org.jspecify.annotations.NullMarked;
