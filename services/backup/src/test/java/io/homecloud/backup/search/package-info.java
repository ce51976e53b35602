@org.jspecify.annotations.NullMarked
package io.homecloud.backup.search;
