/**
 * Shares over SMB: Samba's smbd, kept running with a configuration that is ours from the first line
 * to the last and in a directory of ours, so that it has nothing to do with a Samba that the
 * machine's owner runs. Why Samba 4.22 and how accounts reach it: docs/adr/0015.
 */
@NullMarked
package io.homecloud.sharing.samba;

import org.jspecify.annotations.NullMarked;
