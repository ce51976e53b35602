package io.homecloud.sharing.group;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.sharing.ServerNames;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.Texts;
import java.util.List;

/** Which groups may be wished for. */
final class GroupAdmission implements Admission<GroupSpec, GroupStatus> {
  /** Debian's tools allow no longer names of groups. */
  private static final int LONGEST_NAME = 32;

  private final ResourceStore store;
  private final String node;

  GroupAdmission(ResourceStore store, String node) {
    this.store = store;
    this.node = node;
  }

  @Override
  public Admitted<GroupSpec> create(Name name, GroupSpec spec) {
    ServerNames.requireFree(name);
    if (name.value().length() > LONGEST_NAME) {
      throw SharingProblem.VALUE_INVALID.because(
          "A group's name has at most " + LONGEST_NAME + " characters; displayName may have more.");
    }
    if (store.find(SharingKinds.ACCOUNT, name).isPresent()) {
      throw SharingProblem.NAME_RESERVED.because(
          "There is an account called "
              + name
              + "; to servers accounts and groups share their names.");
    }
    Texts.requirePrintable("displayName", spec.displayName());
    return new Admitted<>(spec, node, null);
  }

  @Override
  public GroupSpec change(Resource<GroupSpec, GroupStatus> before, GroupSpec wished) {
    Texts.requirePrintable("displayName", wished.displayName());
    return wished;
  }

  @Override
  public void delete(Resource<GroupSpec, GroupStatus> group) {
    List<String> members =
        store.all(SharingKinds.ACCOUNT, Selection.ALL).stream()
            .filter(account -> account.spec().groups().contains(group.name()))
            .map(account -> account.name().value())
            .toList();
    if (!members.isEmpty()) {
      throw SharingProblem.GROUP_IN_USE
          .because(
              "In group "
                  + group.name()
                  + " are still: "
                  + String.join(", ", members)
                  + ". Take them out of it first.")
          .with("accounts", members);
    }
    // Shares know groups by their names, which another group may have later.
    List<String> shares =
        store.all(SharingKinds.SHARE, Selection.ALL).stream()
            .filter(share -> !share.deleting() && share.spec().namesGroup(group.name()))
            .map(share -> share.name().value())
            .sorted()
            .toList();
    if (!shares.isEmpty()) {
      throw SharingProblem.GROUP_IN_USE
          .because(
              "Group "
                  + group.name()
                  + " has rights in: "
                  + String.join(", ", shares)
                  + ". Take it out of access there first.")
          .with("shares", shares);
    }
  }
}
