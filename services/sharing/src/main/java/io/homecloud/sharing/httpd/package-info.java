/** Apache httpd as a server of shares, over WebDAV, and as what ends TLS for the whole house. */
@NullMarked
package io.homecloud.sharing.httpd;

import org.jspecify.annotations.NullMarked;
