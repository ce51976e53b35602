package io.homecloud.standalone.killed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

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
          PoolOperations::release);

  private PoolOperations() {}

  /** A disk, by its path and by the id that the API has for it. */
  record Spare(String path, String id) {}

  /**
   * The administrator's.
   *
   * @param joined whether the first spare disk is one of the pool home
   * @param made whether there is a pool of the second one
   */
  record Mine(
      Spare joining, Spare making, Known<Boolean> joined, Known<Boolean> made, Random random) {
    /** There are no spare disks, and nobody asks for anything. */
    static Mine nobodys() {
      return new Mine(new Spare("", ""), new Spare("", ""), new Random());
    }

    Mine(Spare joining, Spare making, Random random) {
      this(joining, making, new Known<>(false), new Known<>(false), random);
    }
  }

  static Optional<Wish> join(Mine mine) {
    return change(
        mine.joined(),
        true,
        Request.post("pools/home/disks", Map.of("disk", mine.joining().path(), "erase", true)));
  }

  static Optional<Wish> leave(Mine mine) {
    return change(mine.joined(), false, Request.delete("pools/home/disks/" + mine.joining().id()));
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
                Map.of("disks", List.of(mine.making().path()), "erase", true))));
  }

  static Optional<Wish> release(Mine mine) {
    return change(mine.made(), false, Request.delete("pools/extra" + VolumeOperations.WAIT));
  }

  private static Optional<Wish> change(Known<Boolean> known, boolean to, Request request) {
    if (!known.certain() || known.newest() == to) {
      return Optional.empty();
    }
    known.asked(to);
    return Optional.of(new Wish(request, known));
  }
}
