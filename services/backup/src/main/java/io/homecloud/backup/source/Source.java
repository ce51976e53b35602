package io.homecloud.backup.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What of a volume is copied.
 *
 * @param volume its name; absent for somebody's home and for the installation
 * @param path in the volume, percent-encoded where need be; all of it when absent
 * @param include patterns of rsync that are copied although they are excluded
 * @param exclude patterns of rsync that are not copied; a slash at the beginning is the volume
 * @param installation the installation itself instead of a volume: its database, keys and settings,
 *     encrypted
 * @param home the account whose own directory it is; volume and path are filled in then
 * @param share that has it, when several shares have directories of people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanSource")
@Rule(
    value = "has(self.volume) || has(self.home) || (has(self.installation) && self.installation)",
    otherwise = "A source is a volume, somebody's home, or the installation as a whole.")
public record Source(
    @Shape(optional = true) Name volume,
    @Nullable String path,
    @Shape(most = 200) @Nullable List<String> include,
    @Shape(most = 200) @Nullable List<String> exclude,
    @Nullable Boolean installation,
    @Nullable Name home,
    @Nullable Name share) {
  /** Where the dumps of databases are in a copy, as if they were a volume. */
  public static final Name DUMPS = new Name("homecloud-dumps");

  public Source {
    // Said or left out it is the same, and two sources that say the same are equal.
    installation = Boolean.TRUE.equals(installation) ? true : null;
  }

  public Source(
      Name volume,
      @Nullable String path,
      @Nullable List<String> include,
      @Nullable List<String> exclude) {
    this(volume, path, include, exclude, null, null, null);
  }

  /** The installation itself, under the name that it has in copies. */
  public static Source ofInstallation() {
    return new Source(InstallationVolume.NAME, null, null, null, true, null, null);
  }

  /** The same, where somebody's own directory is now. */
  public Source at(Name there, String inside) {
    return new Source(there, inside, include, exclude, null, home, share);
  }

  /** Not called is…: that would be written as a member of its own. */
  public boolean copiesInstallation() {
    return installation != null;
  }

  /** As told, nothing when nothing was. */
  public List<String> included() {
    return include == null ? List.of() : include;
  }

  /** As told, nothing when nothing was. */
  public List<String> excluded() {
    return exclude == null ? List.of() : exclude;
  }

  /** Empty for all of the volume. */
  public String encodedPath() {
    return path == null ? "" : path;
  }
}
