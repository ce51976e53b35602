package io.homecloud.sharing.link;

import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * What guests are bringing now, each with the room that is set aside for it in the counts of its
 * link. Counts and rows change together, so that a process that dies leaves neither alone.
 */
final class UploadRecords {
  /** As long as storage keeps what has come of one. */
  private static final Duration KEPT = Duration.ofDays(1);

  private static final long NO_LIMIT = Long.MAX_VALUE / 2;

  private final ServiceDatabase database;
  private final Clock clock;

  UploadRecords(ServiceDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A file that is on its way.
   *
   * @param target its name in the directory of the link
   * @param total its size; null when nobody said
   * @param reserved how much is set aside for it
   */
  record Coming(UUID id, UUID link, String target, @Nullable Long total, long reserved) {}

  /** What a file is known by when its next piece comes. */
  record Key(UUID link, String visitor, String wished, long total) {}

  /** What became of a wish to bring a file. */
  sealed interface Begun {
    record Reserved(Coming coming) implements Begun {}

    /** It would be more than the link takes. */
    record Full() implements Begun {}

    /** Somebody else brings a file of that name. */
    record NameTaken() implements Begun {}
  }

  private Timestamp now() {
    return Timestamp.from(clock.instant());
  }

  /** One that was begun; from now on it is kept for another while. */
  Optional<Coming> goOn(Key key) {
    return database.inTransaction(transaction ->
        transaction
            .handle()
            .createQuery(
                """
                update guest_link_upload set touched = :now
                where link = :link and visitor = :visitor and wished = :wished and total = :total
                returning *\
                """)
            .bind("now", now())
            .bind("link", key.link())
            .bind("visitor", key.visitor())
            .bind("wished", key.wished())
            .bind("total", key.total())
            .map(UploadRecords::row)
            .findFirst());
  }

  /**
   * Sets room aside for a file.
   *
   * @param total its size; null when nobody said, then one byte is set aside that there is one more
   */
  Begun begin(
      UUID link,
      String visitor,
      String wished,
      @Nullable Long total,
      String target,
      LinkLimits limits) {
    long first = total == null ? 1 : total;
    Coming coming = new Coming(UUID.randomUUID(), link, target, total, first);
    return database.inTransaction(transaction -> {
      sweep(transaction, link);
      if (!count(transaction, link, first, 1, limits)) {
        return new Begun.Full();
      }
      int made =
          transaction
              .handle()
              .createUpdate(
                  """
                  insert into guest_link_upload (id, link, visitor, wished, total, target, reserved, touched)
                  values (:id, :link, :visitor, :wished, :total, :target, :reserved, :now)
                  on conflict (link, target) do nothing\
                  """)
              .bind("id", coming.id())
              .bind("link", link)
              .bind("total", total)
              .bind("target", target)
              .bind("reserved", first)
              .bind("visitor", visitor)
              .bind("wished", wished)
              .bind("now", now())
              .execute();
      if (made == 1) {
        return new Begun.Reserved(coming);
      }
      takeBack(transaction, link, first, 1);
      return new Begun.NameTaken();
    });
  }

  private static boolean count(
      Transaction transaction, UUID link, long bytes, int files, LinkLimits limits) {
    long most = limits.bytes() == null ? NO_LIMIT : limits.bytes().bytes();
    return bytes <= most
        && transaction
                .handle()
                .createUpdate(
                    """
                    update guest_link set bytes = bytes + :bytes, files = files + :files
                    where uid = :uid and bytes + :bytes <= :mostBytes and files + :files <= :mostFiles\
                    """)
                .bind("uid", link)
                .bind("bytes", bytes)
                .bind("files", files)
                .bind("mostBytes", most)
                .bind("mostFiles", limits.files() == null ? Integer.MAX_VALUE : limits.files())
                .execute()
            == 1;
  }

  private static void takeBack(Transaction transaction, UUID link, long bytes, int files) {
    transaction
        .handle()
        .createUpdate(
            """
            update guest_link set bytes = greatest(bytes - :bytes, 0), files = greatest(files - :files, 0)
            where uid = :uid\
            """)
        .bind("uid", link)
        .bind("bytes", bytes)
        .bind("files", files)
        .execute();
  }

  /** Sets more room aside; false when there is not so much. */
  boolean grow(Coming coming, long more, LinkLimits limits) {
    return database.inTransaction(transaction -> {
      boolean room = count(transaction, coming.link(), more, 0, limits);
      if (room) {
        transaction
            .handle()
            .createUpdate(
                "update guest_link_upload set reserved = reserved + :more, touched = :now where id = :id")
            .bind("more", more)
            .bind("now", now())
            .bind("id", coming.id())
            .execute();
      }
      return room;
    });
  }

  /** It is there, and as large as that. */
  void arrived(Coming coming, long bytes) {
    end(coming, reserved -> reserved - bytes, 0);
  }

  /** It does not come; what was set aside for it is given back. */
  void givenUp(Coming coming) {
    end(coming, reserved -> reserved, 1);
  }

  private void end(Coming coming, LongUnaryOperator tooMuch, int files) {
    database.useTransaction(transaction -> {
      lock(transaction, coming.link());
      transaction
          .handle()
          .createQuery("delete from guest_link_upload where id = :id returning reserved")
          .bind("id", coming.id())
          .mapTo(Long.class)
          .findOne()
          .ifPresent(reserved ->
              takeBack(transaction, coming.link(), tooMuch.applyAsLong(reserved), files));
    });
  }

  /** Always first, so that nobody waits for each other. */
  private static void lock(Transaction transaction, UUID link) {
    transaction
        .handle()
        .createQuery("select 1 from guest_link where uid = :uid for update")
        .bind("uid", link)
        .mapTo(Integer.class)
        .findOne();
  }

  /** Gives back what was set aside for files that nobody goes on with. */
  void sweep(UUID link) {
    database.useTransaction(transaction -> sweep(transaction, link));
  }

  private void sweep(Transaction transaction, UUID link) {
    lock(transaction, link);
    Instant before = clock.instant().minus(KEPT);
    transaction
        .handle()
        .createQuery(
            "delete from guest_link_upload where link = :link and touched < :before returning reserved")
        .bind("link", link)
        .bind("before", Timestamp.from(before))
        .mapTo(Long.class)
        .list()
        .forEach(reserved -> takeBack(transaction, link, reserved, 1));
  }

  private static Coming row(ResultSet row, StatementContext context) throws SQLException {
    long total = row.getLong("total");
    boolean unknown = row.wasNull();
    return new Coming(
        row.getObject("id", UUID.class),
        row.getObject("link", UUID.class),
        row.getString("target"),
        unknown ? null : total,
        row.getLong("reserved"));
  }
}
