package io.homecloud.standalone.killed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** What an administrator does to pools and their disks meanwhile. */
final class PoolOperations {
  static final List<Operation<Mine>> ALL =
      List.of(
          PoolOperations::join,
          PoolOperations::join,
          PoolOperations::leave,
          PoolOperations::replace,
          PoolOperations::replace,
          PoolOperations::convert,
          PoolOperations::scrub,
          PoolOperations::balance,
          PoolOperations::make,
          PoolOperations::fill,
          PoolOperations::export,
          PoolOperations::adopt,
          PoolOperations::release,
          PoolOperations::importFiles);

  private PoolOperations() {}

  private static final int IMPORTS = 3;
  private static final List<String> PROFILES = List.of("single", "dup");

  /** Of a pool that has two disks whatever leaves it. */
  private static final List<String> PROFILES_OF_TWO = List.of("single", "dup", "raid1", "raid1");

  /** A disk, by its path and by the id that the API has for it. */
  record Spare(String path, String id) {}

  /**
   * Disks to do something with: two of which one may join the pool home, one to make a pool of, and
   * one to import from.
   */
  record Spares(Spare joining, Spare replacing, Spare making, Spare foreign) {
    /** That of the first two which is not this one. */
    Spare other(String path) {
      return joining.path().equals(path) ? replacing : joining;
    }
  }

  /** Profiles of a pool's files and of its metadata. */
  record Profiles(String data, String metadata) {}

  /** Where the pool extra is, and whether it holds the volume {@link Mine#KEPT}. */
  enum Extra {
    NONE,
    HERE,
    FILLED,
    AWAY,
    FILLED_AWAY;

    /** What becomes of it when it is given away; it comes back as it was. */
    Extra away() {
      return switch (this) {
        case HERE -> AWAY;
        case FILLED -> FILLED_AWAY;
        case NONE, AWAY, FILLED_AWAY -> this;
      };
    }

    Extra back() {
      return switch (this) {
        case AWAY -> HERE;
        case FILLED_AWAY -> FILLED;
        case NONE, HERE, FILLED -> this;
      };
    }
  }

  /**
   * The administrator's.
   *
   * @param offered the profiles that the pool home may be converted to
   * @param joined the path of the spare disk that is one of the pool home, empty for none
   * @param profiles of the pool home
   * @param extra where the pool of another disk is
   * @param imported the directories of volume {@link #IMPORTED} that the foreign one was imported
   *     to
   */
  record Mine(
      Spares spares,
      Random random,
      List<String> offered,
      Known<String> joined,
      Known<Profiles> profiles,
      Known<Extra> extra,
      Known<Set<String>> imported) {
    /** The volume that is imported into. */
    static final String IMPORTED = "imported";

    /** The volume on the pool extra, which goes away with it and comes back. */
    static final String KEPT = "kept";

    Mine(Spares spares, Random random, Profiles profiles) {
      this(
          spares,
          random,
          profiles.data().equals("raid1") ? PROFILES_OF_TWO : PROFILES,
          new Known<>(""),
          new Known<>(profiles),
          new Known<>(Extra.NONE),
          new Known<>(Set.of()));
    }

    /** There are no spare disks, and nobody asks for anything. */
    static Mine nobodys(Profiles profiles) {
      Spare none = new Spare("", "");
      return new Mine(new Spares(none, none, none, none), new Random(), profiles);
    }
  }

  static Optional<Wish> join(Mine mine) {
    if (!mine.joined().newest().isEmpty()) {
      return Optional.empty();
    }
    String disk = mine.spares().joining().path();
    return change(
        mine.joined(), disk, Request.post("pools/home/disks", Map.of("disk", disk, "erase", true)));
  }

  static Optional<Wish> leave(Mine mine) {
    String disk = mine.joined().newest();
    return change(mine.joined(), "", Request.delete("pools/home/disks/" + id(mine, disk)));
  }

  /** The disk that has joined, by the one that has not; there may be too little room just now. */
  static Optional<Wish> replace(Mine mine) {
    String disk = mine.joined().newest();
    if (disk.isEmpty()) {
      return Optional.empty();
    }
    String with = mine.spares().other(disk).path();
    return change(
            mine.joined(),
            with,
            Request.post(
                "pools/home/disks/" + id(mine, disk) + "/replace",
                Map.of("with", with, "erase", true)))
        .map(wish -> wish.orDeclined(409));
  }

  private static String id(Mine mine, String path) {
    Spares spares = mine.spares();
    return spares.joining().path().equals(path) ? spares.joining().id() : spares.replacing().id();
  }

  /** There may be too little room for it just now. */
  static Optional<Wish> convert(Mine mine) {
    Profiles to = new Profiles(any(mine, mine.offered()), any(mine, mine.offered()));
    return change(
            mine.profiles(),
            to,
            Request.post(
                "pools/home/convert",
                Map.of("dataProfile", to.data(), "metadataProfile", to.metadata())))
        .map(wish -> wish.orDeclined(409));
  }

  private static String any(Mine mine, List<String> of) {
    return of.get(mine.random().nextInt(of.size()));
  }

  static Optional<Wish> scrub(Mine mine) {
    return Optional.of(new Wish(Request.post("pools/home/scrub", Map.of())).orDeclined(409));
  }

  static Optional<Wish> balance(Mine mine) {
    return Optional.of(
        new Wish(Request.post("pools/home/balance", Map.of("dataUsage", 90))).orDeclined(409));
  }

  static Optional<Wish> make(Mine mine) {
    return from(
        mine,
        Extra.NONE,
        Extra.HERE,
        Request.post(
            "pools" + VolumeOperations.WAIT,
            Map.of(
                "metadata",
                Map.of("name", "extra"),
                "spec",
                Map.of("disks", List.of(mine.spares().making().path()), "erase", true))));
  }

  static Optional<Wish> fill(Mine mine) {
    return from(
        mine,
        Extra.HERE,
        Extra.FILLED,
        Request.post(
            "volumes" + VolumeOperations.WAIT,
            Map.of("metadata", Map.of("name", Mine.KEPT), "spec", Map.of("pool", "extra"))));
  }

  static Optional<Wish> release(Mine mine) {
    return from(
        mine, Extra.HERE, Extra.NONE, Request.delete("pools/extra" + VolumeOperations.WAIT));
  }

  /** A process in another mount namespace may have it mounted just now. */
  static Optional<Wish> export(Mine mine) {
    Extra is = mine.extra().newest();
    return from(mine, is, is.away(), Request.post("pools/extra/export", Map.of()))
        .map(wish -> wish.orDeclined(409));
  }

  static Optional<Wish> adopt(Mine mine) {
    Extra is = mine.extra().newest();
    return from(
        mine,
        is,
        is.back(),
        Request.post(
            "pools/adopt" + VolumeOperations.WAIT,
            Map.of("disks", List.of(mine.spares().making().path()))));
  }

  private static Optional<Wish> from(Mine mine, Extra is, Extra to, Request request) {
    return mine.extra().newest() == is ? change(mine.extra(), to, request) : Optional.empty();
  }

  /** Perhaps to where it was imported before, which changes nothing. */
  static Optional<Wish> importFiles(Mine mine) {
    if (!mine.imported().certain()) {
      return Optional.empty();
    }
    String directory = "i" + mine.random().nextInt(IMPORTS);
    Set<String> after = new TreeSet<>(mine.imported().newest());
    after.add(directory);
    mine.imported().asked(Set.copyOf(after));
    return Optional.of(
        new Wish(
            Request.post(
                "disks/" + mine.spares().foreign().id() + "/import",
                Map.of("volume", Mine.IMPORTED, "path", directory)),
            mine.imported()));
  }

  private static <S> Optional<Wish> change(Known<S> known, S to, Request request) {
    if (!known.certain() || known.newest().equals(to)) {
      return Optional.empty();
    }
    known.asked(to);
    return Optional.of(new Wish(request, known));
  }
}
