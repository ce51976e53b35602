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
          PoolOperations::leave,
          PoolOperations::scrub,
          PoolOperations::balance,
          PoolOperations::make,
          PoolOperations::release,
          PoolOperations::importFiles);

  private PoolOperations() {}

  private static final int IMPORTS = 3;

  /** A disk, by its path and by the id that the API has for it. */
  record Spare(String path, String id) {}

  /** Three disks to do something with: to join the pool, to make a pool of, to import from. */
  record Spares(Spare joining, Spare making, Spare foreign) {}

  /**
   * The administrator's.
   *
   * @param joined whether the first disk is one of the pool home
   * @param made whether there is a pool of the second one
   * @param imported the directories of volume {@link #IMPORTED} that the third one was imported to
   */
  record Mine(
      Spares spares,
      Random random,
      Known<Boolean> joined,
      Known<Boolean> made,
      Known<Set<String>> imported) {
    /** The volume that is imported into. */
    static final String IMPORTED = "imported";

    Mine(Spares spares, Random random) {
      this(spares, random, new Known<>(false), new Known<>(false), new Known<>(Set.of()));
    }

    /** There are no spare disks, and nobody asks for anything. */
    static Mine nobodys() {
      Spare none = new Spare("", "");
      return new Mine(new Spares(none, none, none), new Random());
    }
  }

  static Optional<Wish> join(Mine mine) {
    return change(
        mine.joined(),
        true,
        Request.post(
            "pools/home/disks", Map.of("disk", mine.spares().joining().path(), "erase", true)));
  }

  static Optional<Wish> leave(Mine mine) {
    return change(
        mine.joined(), false, Request.delete("pools/home/disks/" + mine.spares().joining().id()));
  }

  static Optional<Wish> scrub(Mine mine) {
    return Optional.of(new Wish(Request.post("pools/home/scrub", Map.of())).orDeclined(409));
  }

  static Optional<Wish> balance(Mine mine) {
    return Optional.of(
        new Wish(Request.post("pools/home/balance", Map.of("dataUsage", 90))).orDeclined(409));
  }

  static Optional<Wish> make(Mine mine) {
    return change(
        mine.made(),
        true,
        Request.post(
            "pools" + VolumeOperations.WAIT,
            Map.of(
                "metadata",
                Map.of("name", "extra"),
                "spec",
                Map.of("disks", List.of(mine.spares().making().path()), "erase", true))));
  }

  static Optional<Wish> release(Mine mine) {
    return change(mine.made(), false, Request.delete("pools/extra" + VolumeOperations.WAIT));
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

  private static Optional<Wish> change(Known<Boolean> known, boolean to, Request request) {
    if (!known.certain() || known.newest() == to) {
      return Optional.empty();
    }
    known.asked(to);
    return Optional.of(new Wish(request, known));
  }
}
