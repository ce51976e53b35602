package io.homecloud.sharing;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.serving.Group;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.share.People;
import java.util.List;

/** The accounts and groups of the installation, for shares. */
final class KnownPeople implements People {
  private final PeopleFeature feature;
  private final ResourceStore store;

  KnownPeople(PeopleFeature feature, ResourceStore store) {
    this.feature = feature;
    this.store = store;
  }

  @Override
  public List<Person> people() {
    return feature.people();
  }

  @Override
  public List<Group> groups() {
    return feature.allGroups();
  }

  @Override
  public boolean coming() {
    return feature.coming();
  }

  /** Also one that was only just wished for. */
  @Override
  public boolean hasAccount(Name name) {
    return store.find(SharingKinds.ACCOUNT, name).filter(found -> !found.deleting()).isPresent();
  }

  @Override
  public boolean hasGroup(Name name) {
    return store.find(SharingKinds.GROUP, name).filter(found -> !found.deleting()).isPresent();
  }
}
