package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.NfsRule;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.share.ShareLine.Lack;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** By which protocols nobody whom a share lets in can come, and what to do about it. */
final class Nobody {
  private static final int MOST_NAMES = 5;

  private Nobody() {}

  /**
   * Empty for a share that lets in nobody at all: it is used by guest links, and nothing else was
   * wished.
   */
  static Map<Protocol, Lack> of(ServedShare share, List<Person> people) {
    Map<Protocol, Lack> unused = new EnumMap<>(Protocol.class);
    for (Protocol protocol : share.protocols()) {
      Optional<String> sentence =
          switch (protocol) {
            case SMB, WEBDAV -> signIn(share, people);
            case NFS -> machines(share.nfs(), share, people);
          };
      sentence.ifPresent(words -> unused.put(protocol, new Lack(ShareStatus.NOBODY, words)));
    }
    return unused;
  }

  private static Optional<String> signIn(ServedShare share, List<Person> people) {
    if (share.guests() != Level.NONE || share.grants().isEmpty()) {
      return Optional.empty();
    }
    List<Person> enabled = let(share, people).stream().filter(Person::enabled).toList();
    if (enabled.isEmpty()) {
      return Optional.of(
          "Nobody can sign in to it: those whom access names are disabled, not there yet, or groups without a member.");
    }
    if (share.ofHomes() && share.homes().isEmpty()) {
      return Optional.of("Nobody who may use it has a directory of their own in it.");
    }
    return enabled.stream().allMatch(person -> person.verifiers() == null)
        ? Optional.of(
            "Nobody who may use it can sign in yet, for want of a password: %s. Set one: PUT %s/accounts/%s/password."
                .formatted(names(enabled), SharingKinds.API, enabled.getFirst().name()))
        : Optional.empty();
  }

  private static List<Person> let(ServedShare share, List<Person> people) {
    return people.stream().filter(person -> share.level(person) != Level.NONE).toList();
  }

  private static String names(List<Person> people) {
    String names =
        people.stream()
            .map(person -> person.name().value())
            .sorted()
            .limit(MOST_NAMES)
            .collect(Collectors.joining(", "));
    return people.size() > MOST_NAMES
        ? names + " and " + (people.size() - MOST_NAMES) + " more"
        : names;
  }

  /** They need no password, but an account whose rights they have. */
  private static Optional<String> machines(
      @Nullable NfsRule nfs, ServedShare share, List<Person> people) {
    if (nfs == null) {
      return Optional.empty();
    }
    Name as = nfs.as();
    return let(share, people).stream()
            .anyMatch(person -> person.enabled() && person.name().equals(as))
        ? Optional.empty()
        : Optional.of(
            "NFS clients act as %s, who is disabled, not there yet, or may not use it."
                .formatted(as));
  }
}
