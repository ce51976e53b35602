package io.homecloud.sharing.kept;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.control.resource.Status;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.group.GroupSpec;
import io.homecloud.sharing.group.GroupStatus;
import io.homecloud.sharing.kept.KeptHouse.Kept;
import io.homecloud.sharing.link.GuestLinkSpec;
import io.homecloud.sharing.link.GuestLinkStatus;
import io.homecloud.sharing.link.KeptLinks;
import io.homecloud.sharing.share.ShareSpec;
import java.io.IOException;
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

  private final ControlPlane plane;
  private final PosixIds ids;
  private final ResourceBatch rows;
  private final ObjectReader json;
  private final Rules rules;
  private final KeptLinks links;

  /** Throw a problem for what may not be wished for. */
  record Rules(
      BiConsumer<Name, GroupSpec> group,
      BiConsumer<Name, AccountSpec> account,
      BiConsumer<Name, ShareSpec> share) {}

  Restoring(ControlPlane plane, PosixIds ids, Rules rules, KeptLinks links) {
    this.plane = plane;
    this.ids = ids;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.json = plane.json().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.rules = rules;
    this.links = links;
  }

  /**
   * What became of an item.
   *
   * @param reason why it is not here; empty when it is
   */
  record Item(String kind, Name name, String reason) {}

  /**
   * May be repeated; what is there already stays as it is.
   *
   * @param numbers whether accounts and groups get the numbers that they had
   */
  List<Item> restore(KeptHouse house, boolean numbers) {
    List<Kept> groups = readable(house.groups());
    List<Kept> accounts = readable(house.accounts());
    Set<UUID> displaced = numbers ? number(groups, accounts, house.nextId()) : Set.of();
    List<Item> items = new ArrayList<>();
    // Groups first, since accounts name them, and both are named by shares.
    items.addAll(
        restore(
            SharingKinds.GROUP,
            groups,
            GroupSpec.class,
            rules.group(),
            _ -> new GroupStatus(null, 0, List.of())));
    items.addAll(
        restore(
            SharingKinds.ACCOUNT,
            accounts,
            AccountSpec.class,
            rules.account(),
            spec -> new AccountStatus(null, spec.disabled(), null, 0, List.of())));
    items.addAll(
        restore(
            SharingKinds.SHARE,
            readable(house.shares()),
            ShareSpec.class,
            rules.share(),
            _ -> null,
            Restoring::toItsVolume));
    items.addAll(restoreLinks(house.links()));
    displaced.forEach(plane::wake);
    return items;
  }

  /** Whichever node reads the pools, a share is served where its volume is. */
  private static void toItsVolume(Transaction transaction, UUID share) {
    transaction
        .handle()
        .execute(
            """
            update resource share set node = volume.node from known_volume volume
            where share.uid = ? and volume.name = share.spec ->> 'volume' and volume.state = 'Ready'\
            """,
            share);
  }

  /** After what they belong to. */
  private List<Item> restoreLinks(List<JsonNode> kept) {
    Map<UUID, JsonNode> opens = new HashMap<>();
    for (JsonNode item : kept) {
      kept(item).ifPresent(one -> opens.put(one.uid(), item.path(KeptHouse.OPENS)));
    }
    return restore(
        SharingKinds.GUEST_LINK,
        readable(kept),
        GuestLinkSpec.class,
        (_, spec) -> links.check(spec),
        _ -> GuestLinkStatus.NOTHING,
        (transaction, link) -> links.restore(transaction, link, opens.get(link)));
  }

  private <S, T extends Status> List<Item> restore(
      Kind<S, T> kind,
      List<Kept> kept,
      Class<S> type,
      BiConsumer<Name, S> rule,
      Function<S, @Nullable T> status) {
    return restore(kind, kept, type, rule, status, (_, _) -> {});
  }

  private Set<UUID> number(List<Kept> groups, List<Kept> accounts, int next) {
    Map<UUID, Optional<Integer>> numbers = new HashMap<>();
    Stream.concat(groups.stream(), accounts.stream())
        .forEach(one -> numbers.put(one.uid(), Optional.ofNullable(one.id())));
    return ids.restore(numbers, next);
  }

  private List<Kept> readable(List<JsonNode> items) {
    List<Kept> readable = new ArrayList<>();
    for (JsonNode item : items) {
      kept(item)
          .ifPresentOrElse(
              readable::add,
              () -> LOG.warn("an item of the pools has no usable uid, name or spec"));
    }
    return readable;
  }

  /** Those that can be read at all, whatever they wish for. */
  Optional<Kept> kept(JsonNode item) {
    try {
      Kept one = json.forType(Kept.class).readValue(item);
      return one == null || one.uid() == null || one.name() == null || one.spec() == null
          ? Optional.empty()
          : Optional.of(one);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private <S, T extends Status> List<Item> restore(
      Kind<S, T> kind,
      List<Kept> kept,
      Class<S> type,
      BiConsumer<Name, S> rule,
      Function<S, @Nullable T> status,
      BiConsumer<Transaction, UUID> beside) {
    List<Resource<S, T>> usable = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    for (Kept one : kept) {
      try {
        S wished = json.forType(type).readValue(one.spec());
        if (wished == null) {
          throw new IllegalArgumentException("it has no spec");
        }
        S spec = type.cast(here(wished));
        if (plane.resources().find(kind, one.uid()).isPresent()) {
          items.add(new Item(kind.name(), one.name(), ""));
          continue;
        }
        rule.accept(one.name(), spec);
        usable.add(
            new Resource<>(
                kind.name(),
                one.metadata(plane.clock().instant()),
                plane.node(),
                null,
                spec,
                status.apply(spec)));
      } catch (IOException | ProblemException | IllegalArgumentException e) {
        String reason =
            e instanceof ProblemException
                ? String.valueOf(e.getMessage())
                : "Its spec cannot be understood.";
        items.add(new Item(kind.name(), one.name(), reason));
        LOG.warnf("%s %s of the pools is not used: %s", kind.name(), one.name(), reason);
      }
    }
    items.addAll(insert(kind, usable, beside));
    return items;
  }

  /** Secrets of a cluster are not on pools: where there is none, a password is set anew. */
  private Object here(Object spec) {
    return spec instanceof AccountSpec account && !plane.hasOutside()
        ? account.withoutSecret()
        : spec;
  }

  private <S, T extends Status> List<Item> insert(
      Kind<S, T> kind, List<Resource<S, T>> usable, BiConsumer<Transaction, UUID> beside) {
    if (usable.isEmpty()) {
      return List.of();
    }
    List<Item> items = new ArrayList<>();
    Set<UUID> in =
        plane
            .database()
            .inTransaction(transaction -> {
              Set<UUID> inserted = rows.insert(transaction, kind, usable);
              inserted.forEach(uid -> {
                beside.accept(transaction, uid);
                // It may be another node that looks at it now.
                transaction.signal(Signal.Topic.WISH, uid);
              });
              return inserted;
            });
    for (Resource<S, T> one : usable) {
      boolean restored = in.contains(one.uid());
      String reason = restored ? "" : "Another one has its name here.";
      items.add(new Item(kind.name(), one.name(), reason));
      LOG.infof(
          "%s %s (%s) of a pool: %s",
          kind.name(), one.name(), one.uid(), restored ? "it is back" : reason);
    }
    return items;
  }
}
