package io.homecloud.storage.files;

import java.util.List;

/**
 * What an import did.
 *
 * @param files copied now, with symbolic links
 * @param bytes of the files copied now
 * @param skipped files and links that were there already
 * @param notImported how many things were not, for whatever reason
 * @param findings the first of those, at most {@link #NAMED}
 */
public record ImportReport(
    long files, long bytes, long skipped, long notImported, List<ImportFinding> findings) {
  public static final int NAMED = 1000;

  public ImportReport {
    findings = List.copyOf(findings);
  }
}
