package io.homecloud.backup.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.ask.OtherService;
import io.homecloud.host.path.RelativePath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where people's own directories are; sharing knows. */
public final class PeoplesHomes {
  private final OtherResources sharing;

  public PeoplesHomes(OtherService sharing, ObjectMapper json) {
    this.sharing = new OtherResources(sharing, json);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record ShareSpec(Name volume, @Nullable String path, boolean homes) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Ignored() {}

  /**
   * A source of somebody's own directory, with the volume and the path that it has now.
   *
   * @throws io.homecloud.control.problem.ProblemException SOURCES_REFUSED when there is none, or
   *     more than one; SHARING_AWAY
   */
  public Source placed(Source source, Name account) {
    List<Item<ShareSpec, Ignored>> shares;
    try {
      if (sharing.find("accounts", account, Ignored.class, Ignored.class).isEmpty()) {
        throw refused("There is no account called " + account + ".");
      }
      shares =
          sharing.all("shares", ShareSpec.class, Ignored.class).stream()
              .filter(share -> share.spec().homes())
              .filter(
                  share -> source.share() == null || source.share().equals(share.metadata().name()))
              .toList();
    } catch (Away e) {
      throw BackupProblem.SHARING_AWAY.because(
          "Where " + account + "'s files are is not known now: " + e.getMessage() + ".");
    }
    if (shares.isEmpty()) {
      throw refused(
          source.share() == null
              ? "No share has directories of people (homes)."
              : "There is no share called " + source.share() + " with directories of people.");
    }
    if (shares.size() > 1) {
      throw refused(
          "Several shares have directories of people; name one as share: "
              + String.join(
                  ", ", shares.stream().map(share -> share.metadata().name().value()).toList())
              + ".");
    }
    ShareSpec spec = shares.getFirst().spec();
    String inside = spec.path() == null ? "" : spec.path() + "/";
    RelativePath path = RelativePath.of((inside + account).getBytes(UTF_8));
    return source.at(spec.volume(), EncodedPath.write(path));
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record AccountStatus(@Nullable Integer uid) {}

  /**
   * Whether files with that owner are somebody's who has an account.
   *
   * @param owner {@code uid:gid}
   */
  public boolean isOfAnAccount(String owner) throws Away {
    return sharing.all("accounts", Ignored.class, AccountStatus.class).stream()
        .map(Item::status)
        .anyMatch(status ->
            status != null
                && status.uid() != null
                // Of each the own group has the same number.
                && owner.equals(status.uid() + ":" + status.uid()));
  }

  private static RuntimeException refused(String sentence) {
    return BackupProblem.SOURCES_REFUSED.because(sentence);
  }
}
