package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.link.LinkShares;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import java.util.Optional;
import java.util.function.Supplier;

/** Who may do what with shares, by the same rules that servers get. */
public final class ShareLevels implements LinkShares {
  /** The subject of the machine's own tokens. */
  private static final String MACHINE = "root";

  private final ResourceStore store;
  private final Supplier<People> people;

  public ShareLevels(ResourceStore store, Supplier<People> people) {
    this.store = store;
    this.people = people;
  }

  @Override
  public Optional<Shared> find(Name share) {
    return store
        .find(SharingKinds.SHARE, share)
        .filter(found -> !found.deleting() && !found.spec().homes())
        .map(found ->
            new Shared(
                found.uid(),
                share,
                found.spec().volume(),
                ShareRules.path(found.spec().path()),
                found.ready()));
  }

  @Override
  public Level level(String who, Name share) {
    Optional<ShareSpec> spec = store.find(SharingKinds.SHARE, share).map(Resource::spec);
    if (spec.isEmpty()) {
      return Level.NONE;
    }
    if (who.equals(MACHINE)) {
      return spec.get().readOnly() ? Level.READ : Level.WRITE;
    }
    return people.get().people().stream()
        .filter(person -> person.name().value().equals(who) && person.enabled())
        .findFirst()
        .map(person -> level(spec.get(), person))
        .orElse(Level.NONE);
  }

  private static Level level(ShareSpec spec, Person person) {
    Level level = spec.guestLevel();
    for (AccessRule rule : spec.access()) {
      Grant grant = rule.grant();
      boolean theirs =
          switch (grant) {
            case Grant.ToAccount(Name to, _) -> person.name().equals(to);
            case Grant.ToGroup(Name to, _) -> person.groups().contains(to);
          };
      if (theirs && grant.level().compareTo(level) > 0) {
        level = grant.level();
      }
    }
    return spec.readOnly() && level == Level.WRITE ? Level.READ : level;
  }
}
