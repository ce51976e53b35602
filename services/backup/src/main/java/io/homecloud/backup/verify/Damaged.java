package io.homecloud.backup.verify;

import io.homecloud.backup.search.StoredFiles.Stored;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.Name;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A file of a run that was found to be another one, or could not be read.
 *
 * @param run of the plan
 * @param path with the volume first, as {@code runs/{run}/files} takes it
 */
@Schema(name = "DamagedFile")
public record Damaged(Name run, String path) {
  static Damaged of(Stored file) {
    return new Damaged(file.run().name(), EncodedPath.write(file.path()));
  }
}
