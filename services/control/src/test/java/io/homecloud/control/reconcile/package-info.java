@NullMarked
package io.homecloud.control.reconcile;

import org.jspecify.annotations.NullMarked;
