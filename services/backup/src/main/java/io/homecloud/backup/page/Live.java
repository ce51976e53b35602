package io.homecloud.backup.page;

import io.homecloud.backup.run.RunStatus.Progress;
import org.jspecify.annotations.Nullable;

/**
 * A job that is under way, for its bar.
 *
 * @param url where a script asks how far it is
 * @param cancel where it is stopped
 */
public record Live(String url, String cancel, long done, long total, String words) {
  static Live of(String kind, String name, @Nullable Progress progress) {
    return new Live(
        "/api/backup/v1/" + kind + "/" + name,
        Desk.HOME + "/" + kind + "/" + name + "/cancel",
        progress == null ? 0 : progress.filesChecked(),
        progress == null ? 0 : progress.filesKnown(),
        Words.progress(progress));
  }
}
