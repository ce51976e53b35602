/** What is done before and after a snapshot: dumps of databases, and programs of the house. */
@NullMarked
package io.homecloud.backup.hook;

import org.jspecify.annotations.NullMarked;
