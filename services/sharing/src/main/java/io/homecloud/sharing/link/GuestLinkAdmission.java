package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Which links may be wished for. Who may make them is decided by {@link GuestLinks}. */
final class GuestLinkAdmission implements Admission<GuestLinkSpec, GuestLinkStatus> {
  static final int MOST_PATHS = 100;
  private static final int MOST_USES = 1_000_000;
  private static final int MOST_TYPES = 50;

  /** Until then it is the year 9999 somewhere; what comes later nobody can write as a date. */
  private static final Instant LATEST =
      Instant.parse("9999-12-31T23:59:59Z").plus(Duration.ofHours(12));

  private static final Pattern TYPE = Pattern.compile("[a-z0-9]{1,10}");

  private final LinkShares shares;
  private final String node;
  private final Clock clock;

  GuestLinkAdmission(LinkShares shares, String node, Clock clock) {
    this.shares = shares;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public Admitted<GuestLinkSpec> create(Name name, GuestLinkSpec spec) {
    GuestLinkSpec checked = checked(spec);
    if (checked.expiresAt() != null && !checked.expiresAt().isAfter(clock.instant())) {
      throw SharingProblem.VALUE_INVALID.because("expiresAt is in the future.");
    }
    return new Admitted<>(checked, node, shares.uid(checked.share()).orElseThrow());
  }

  @Override
  public GuestLinkSpec change(
      Resource<GuestLinkSpec, GuestLinkStatus> before, GuestLinkSpec wished) {
    if (!before.spec().share().equals(wished.share())) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "A link stays one to its share; make another one for another share.");
    }
    return checked(wished);
  }

  /**
   * Holds one to the rules that do not depend on the time, also when it comes back.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  void check(GuestLinkSpec spec) {
    var _ = checked(spec);
  }

  private GuestLinkSpec checked(GuestLinkSpec spec) {
    if (spec.share() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.share is missing.");
    }
    if (shares.uid(spec.share()).isEmpty()) {
      throw SharingProblem.SHARE_NOT_FOUND.because(
          "There is no share called " + spec.share() + ".");
    }
    Texts.requirePrintable("displayName", spec.displayName());
    if (spec.paths().size() > MOST_PATHS) {
      throw SharingProblem.VALUE_INVALID.because("A link has at most " + MOST_PATHS + " paths.");
    }
    Set<RelativePath> paths = new HashSet<>();
    for (String path : spec.paths()) {
      if (!paths.add(path(path))) {
        throw SharingProblem.VALUE_INVALID.because("A path is in the list twice.");
      }
    }
    if (spec.mode() == LinkMode.UPLOAD && spec.paths().size() > 1) {
      throw SharingProblem.VALUE_INVALID.because(
          "An upload link has one path, the directory that files are brought into.");
    }
    if (spec.maxUses() != null && (spec.maxUses() < 1 || spec.maxUses() > MOST_USES)) {
      throw SharingProblem.VALUE_INVALID.because("maxUses is 1 to " + MOST_USES + ".");
    }
    Instant end = spec.expiresAt();
    if (end != null && (end.isBefore(Instant.EPOCH) || end.isAfter(LATEST))) {
      throw SharingProblem.VALUE_INVALID.because("expiresAt is in the years from 1970 to 9999.");
    }
    requireLimits(spec);
    return spec;
  }

  private static void requireLimits(GuestLinkSpec spec) {
    LinkLimits limits = spec.limitsOrNone();
    if (spec.mode() != LinkMode.UPLOAD && !limits.equals(LinkLimits.NONE)) {
      throw SharingProblem.VALUE_INVALID.because("limits are for links of the mode upload.");
    }
    if (limits.files() != null && limits.files() < 1) {
      throw SharingProblem.VALUE_INVALID.because("limits.files is 1 or more.");
    }
    if (limits.bytes() != null && limits.bytes().bytes() < 1) {
      throw SharingProblem.VALUE_INVALID.because("limits.bytes is 1 or more.");
    }
    if (limits.types().size() > MOST_TYPES
        || !limits.types().stream().allMatch(type -> TYPE.matcher(type).matches())) {
      throw SharingProblem.VALUE_INVALID.because(
          "limits.types are at most "
              + MOST_TYPES
              + " endings in lower case without the dot, such as jpg.");
    }
  }

  /**
   * A path as it is wished for.
   *
   * @throws io.homecloud.control.problem.ProblemException when it is none within a share
   */
  static RelativePath path(String text) {
    try {
      return RelativePath.of(text.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw SharingProblem.VALUE_INVALID.because(
          "A path is names joined with slashes, without a slash at either end and without . and ..");
    }
  }
}
