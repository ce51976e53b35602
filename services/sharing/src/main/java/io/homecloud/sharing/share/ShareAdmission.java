package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.VolumeFinder;
import java.util.Optional;

/** Which shares may be wished for. */
final class ShareAdmission implements Admission<ShareSpec, ShareStatus> {
  private final VolumeFinder volumes;
  private final People people;
  private final String node;

  ShareAdmission(VolumeFinder volumes, People people, String node) {
    this.volumes = volumes;
    this.people = people;
    this.node = node;
  }

  @Override
  public Admitted<ShareSpec> create(Name name, ShareSpec spec) {
    ShareRules.checkName(name);
    check(spec);
    return new Admitted<>(spec, volume(spec).map(KnownVolume::node).orElse(node), null);
  }

  @Override
  public ShareSpec change(Resource<ShareSpec, ShareStatus> before, ShareSpec wished) {
    check(wished);
    if (!wished.volume().equals(before.spec().volume())
        && volume(wished).filter(to -> !to.node().equals(before.node())).isPresent()) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "Volume "
              + wished.volume()
              + " is on another machine than the share; make another share for it.");
    }
    return wished;
  }

  private void check(ShareSpec spec) {
    ShareRules.check(spec);
    for (AccessRule rule : spec.access()) {
      if (rule.account() != null) {
        requireAccount(rule.account());
      }
      if (rule.group() != null && !people.hasGroup(rule.group())) {
        throw SharingProblem.GROUP_NOT_FOUND.because(
            "There is no group called " + rule.group() + "; make it first.");
      }
    }
    NfsWish nfs = spec.nfs();
    if (nfs != null && nfs.as() != null) {
      requireAccount(nfs.as());
    }
  }

  private void requireAccount(Name account) {
    if (!people.hasAccount(account)) {
      throw SharingProblem.ACCOUNT_NOT_FOUND.because(
          "There is no account called " + account + "; make it first.");
    }
  }

  /** Empty when nobody can say now whether there is one: then its share waits for it. */
  private Optional<KnownVolume> volume(ShareSpec spec) {
    return switch (volumes.find(spec.volume())) {
      case VolumeFinder.Found.Here(KnownVolume volume) -> Optional.of(volume);
      case VolumeFinder.Found.NotKnown _ -> Optional.empty();
      case VolumeFinder.Found.None(String sentence) ->
          throw SharingProblem.VOLUME_NOT_FOUND.because(sentence);
    };
  }
}
