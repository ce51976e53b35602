package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.SmbRule;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What clients that are connected may not do any more, or do otherwise. Samba asks for rights, and
 * for what a share has, when a share is opened, and not again while it is.
 *
 * @param closed shares that are no more, or are something else under that name
 * @param anew shares that have a recycle bin, previous versions, an access log or a place for Macs'
 *     backups now, or no more
 * @param denied who may do less in which share
 * @param people accounts that cannot sign in any more, or not by the password that they came with,
 *     by name and by number
 */
record Taken(Set<Name> closed, Set<Name> anew, Set<Less> denied, Set<Name> people) {
  /**
   * Somebody who may do less in a share than before.
   *
   * @param account null for guests
   */
  record Less(Name share, @Nullable Name account) {}

  /** Between what was served, perhaps, and what is. */
  static Taken between(Iterable<Serving> before, Serving now) {
    Taken all = new Taken(new TreeSet<>(), new TreeSet<>(), new HashSet<>(), new TreeSet<>());
    before.forEach(serving -> all.add(serving, now));
    return all;
  }

  boolean nothing() {
    return closed.isEmpty() && anew.isEmpty() && denied.isEmpty() && people.isEmpty();
  }

  private void add(Serving before, Serving now) {
    Map<Name, Person> remain =
        SambaPeople.signingIn(now).stream().collect(Collectors.toMap(Person::name, p -> p));
    for (Person person : SambaPeople.signingIn(before)) {
      Person same = remain.get(person.name());
      if (same == null
          || !same.uid().equals(person.uid())
          || same.id() != person.id()
          || !Objects.equals(same.verifiers(), person.verifiers())) {
        people.add(person.name());
        // Of whom smbd's users file knows no more, smbstatus says the number instead of the name.
        people.add(new Name(Integer.toString(person.id())));
      }
    }
    Map<Name, ServedShare> shares = new TreeMap<>();
    SmbConf.shares(now).forEach(share -> shares.put(share.name(), share));
    for (ServedShare share : SmbConf.shares(before)) {
      ServedShare next = shares.get(share.name());
      if (next == null || another(share, next)) {
        closed.add(share.name());
      } else {
        if (anew(share, next)) {
          anew.add(share.name());
        }
        less(share, before, next, remain);
      }
    }
  }

  private static boolean another(ServedShare share, ServedShare next) {
    return !share.uid().equals(next.uid())
        || !share.root().equals(next.root())
        || share.homes().entrySet().stream()
            .anyMatch(home ->
                !home.getValue().equals(next.homes().getOrDefault(home.getKey(), home.getValue())))
        || share.ofHomes() != next.ofHomes()
        || (next.smb().encryption() == SmbRule.Encryption.REQUIRED
            && share.smb().encryption() != SmbRule.Encryption.REQUIRED);
  }

  private static boolean anew(ServedShare share, ServedShare next) {
    return share.recycleBinDays().isPresent() != next.recycleBinDays().isPresent()
        || !Objects.equals(SmbConf.snapshots(share), SmbConf.snapshots(next))
        || share.accessLog() != next.accessLog()
        || !share.timeMachine().equals(next.timeMachine());
  }

  private void less(ServedShare share, Serving before, ServedShare next, Map<Name, Person> remain) {
    if (guests(next).compareTo(guests(share)) < 0) {
      denied.add(new Less(share.name(), null));
    }
    for (Person person : before.people()) {
      Person same = remain.get(person.name());
      boolean homeless =
          share.homes().containsKey(person.name()) && !next.homes().containsKey(person.name());
      if (same != null && (homeless || next.level(same).compareTo(share.level(person)) < 0)) {
        denied.add(new Less(share.name(), person.name()));
      }
    }
  }

  private static Level guests(ServedShare share) {
    return share.readOnly() && share.guests() == Level.WRITE ? Level.READ : share.guests();
  }
}
