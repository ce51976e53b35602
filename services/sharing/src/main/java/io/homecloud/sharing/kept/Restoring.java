package io.homecloud.sharing.kept;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.control.resource.Status;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.group.GroupSpec;
import io.homecloud.sharing.group.GroupStatus;
import io.homecloud.sharing.kept.KeptHouse.Kept;
import io.homecloud.sharing.share.ShareSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings back from a pool what the database does not know. The disk may have been anywhere: each
 * item is held to the rules of wishes, and one that cannot be used is passed over.
 */
final class Restoring {
  private static final Logger LOG = Logger.getLogger(Restoring.class);
  private static final long MOST_GENERATIONS = 1L << 48;
  private static final int LONGEST_SUBJECT = 100;

  private final ControlPlane plane;
  private final PosixIds ids;
  private final ResourceBatch rows;
  private final ObjectReader json;
  private final Rules rules;

  /** Throw a problem for what may not be wished for. */
  record Rules(
      BiConsumer<Name, GroupSpec> group,
      BiConsumer<Name, AccountSpec> account,
      BiConsumer<Name, ShareSpec> share) {}

  Restoring(ControlPlane plane, PosixIds ids, Rules rules) {
    this.plane = plane;
    this.ids = ids;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.json = plane.json().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.rules = rules;
  }

  /** May be repeated; what is there already stays as it is. */
  void restore(KeptHouse house) {
    List<Kept> groups = readable(house.groups());
    List<Kept> accounts = readable(house.accounts());
    Map<UUID, Optional<Integer>> numbers = new HashMap<>();
    Stream.concat(groups.stream(), accounts.stream())
        .forEach(one -> numbers.put(one.uid(), Optional.ofNullable(one.id())));
    Set<UUID> displaced = ids.restore(numbers, house.nextId());
    // Groups first, since accounts name them, and both are named by shares.
    restore(
        SharingKinds.GROUP,
        groups,
        GroupSpec.class,
        rules.group(),
        spec -> new GroupStatus(null, 0, List.of()));
    restore(
        SharingKinds.ACCOUNT,
        accounts,
        AccountSpec.class,
        rules.account(),
        spec -> new AccountStatus(null, spec.disabled(), 0, List.of()));
    restore(
        SharingKinds.SHARE, readable(house.shares()), ShareSpec.class, rules.share(), _ -> null);
    displaced.forEach(plane::wake);
  }

  private List<Kept> readable(List<JsonNode> items) {
    List<Kept> readable = new ArrayList<>();
    for (JsonNode item : items) {
      try {
        Kept one = json.forType(Kept.class).readValue(item);
        if (one != null && one.uid() != null && one.name() != null && one.spec() != null) {
          readable.add(one);
          continue;
        }
        LOG.warn("an item of the pools has no uid, name or spec");
      } catch (IOException e) {
        LOG.warnf("an item of the pools cannot be read: %s", e.getClass().getSimpleName());
      }
    }
    return readable;
  }

  private <S, T extends Status> void restore(
      Kind<S, T> kind,
      List<Kept> kept,
      Class<S> type,
      BiConsumer<Name, S> rule,
      Function<S, @Nullable T> status) {
    List<Resource<S, T>> usable = new ArrayList<>();
    for (Kept one : kept) {
      try {
        S spec = json.forType(type).readValue(one.spec());
        if (spec == null) {
          throw new IllegalArgumentException("it has no spec");
        }
        if (plane.resources().find(kind, one.uid()).isEmpty()) {
          rule.accept(one.name(), spec);
          usable.add(
              new Resource<>(
                  kind.name(), metadata(one), plane.node(), null, spec, status.apply(spec)));
        }
      } catch (IOException | ProblemException | IllegalArgumentException e) {
        LOG.warnf("%s %s of the pools is not used: %s", kind.name(), one.name(), e.getMessage());
      }
    }
    if (usable.isEmpty()) {
      return;
    }
    Set<UUID> in =
        plane.database().inTransaction(transaction -> rows.insert(transaction, kind, usable));
    for (Resource<S, T> one : usable) {
      boolean restored = in.contains(one.uid());
      LOG.infof(
          "%s %s (%s) %s",
          kind.name(),
          one.name(),
          one.uid(),
          restored ? "is back from a pool" : "is on a pool, and another one has its name here");
      if (restored) {
        plane.wake(one.uid());
      }
    }
  }

  private Metadata metadata(Kept one) {
    Instant now = plane.clock().instant();
    Instant createdAt =
        one.createdAt() == null || one.createdAt().isAfter(now) ? now : one.createdAt();
    boolean countable = one.generation() >= 1 && one.generation() <= MOST_GENERATIONS;
    String by = one.createdBy();
    boolean said = by != null && !by.isBlank() && by.length() <= LONGEST_SUBJECT;
    return new Metadata(
        one.name(),
        one.uid(),
        countable ? one.generation() : 1,
        0,
        Labels.checked(one.labels() == null ? Map.of() : one.labels()),
        createdAt,
        said ? by : "unknown",
        null);
  }
}
