/**
 * Several nodes, one installation: which instances of a service there are, and how a request gets
 * to the one whose host it needs.
 */
@NullMarked
package io.homecloud.control.node;

import org.jspecify.annotations.NullMarked;
