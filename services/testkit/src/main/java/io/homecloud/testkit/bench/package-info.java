/** What the figures of all services are measured with. */
@NullMarked
package io.homecloud.testkit.bench;

import org.jspecify.annotations.NullMarked;
