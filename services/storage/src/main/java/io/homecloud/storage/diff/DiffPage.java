package io.homecloud.storage.diff;

import io.homecloud.control.api.Page;
import io.homecloud.storage.snapshot.change.ChangeTotals;
import java.util.List;

/**
 * A page of changes, in the order of their paths.
 *
 * @param from the snapshot that they begin at
 * @param to the snapshot that they lead to, or {@code now}
 * @param totals of all pages together
 */
record DiffPage(
    String from,
    String to,
    ChangeTotals totals,
    List<ChangeView> items,
    Page.PageMetadata metadata) {}
