@NullMarked
package io.homecloud.sharing.httpd;

import org.jspecify.annotations.NullMarked;
