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
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * What guests are bringing now, each with the room that is set aside for it in the counts of its
 * link, and what has arrived and may be asked for again. Counts and rows change together, so that a
 * process that dies leaves neither alone.
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

  /**
   * What a file is known by when its next piece comes.
   *
   * @param attempt what the guest's program calls this upload of it; null when it does not say
   */
  record UploadKey(
      UUID link, String visitor, String wished, @Nullable Long total, @Nullable String attempt) {}

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

  /**
   * One that was begun; from now on it is kept for another while.
   *
   * @param anew whether it begins with its first byte again; else one that another attempt has
   *     begun is not meant, which may be of another file of that name and size
   */
  Optional<Coming> goOn(UploadKey key, boolean anew) {
    return database.inTransaction(transaction ->
        transaction
            .handle()
            .createQuery(
                """
                update guest_link_upload set touched = :now, attempt = coalesce(:attempt, attempt)
                where link = :link and visitor = :visitor and wished = :wished and total = :total and not arrived
                  and (:anew or attempt is null or coalesce(:attempt, attempt) = attempt)
                returning *\
                """)
            .bind("now", now())
            .bind("link", key.link())
            .bind("visitor", key.visitor())
            .bind("wished", key.wished())
            .bind("total", key.total())
            .bind("attempt", key.attempt())
            .bind("anew", anew)
            .map(UploadRecords::row)
            .findFirst());
  }

  /** The name under which all of this attempt has arrived, at last. */
  Optional<String> arrived(UploadKey key) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select target from guest_link_upload
                where link = :link and visitor = :visitor and wished = :wished and total = :total
                  and attempt = :attempt and arrived order by touched desc\
                """)
            .bind("link", key.link())
            .bind("visitor", key.visitor())
            .bind("wished", key.wished())
            .bind("total", key.total())
            .bind("attempt", key.attempt())
            .mapTo(String.class)
            .findFirst());
  }

  /**
   * Sets room aside for a file; when nobody said its size one byte, that there is one more.
   *
   * @param target a name that nothing has now
   */
  Begun begin(UploadKey key, String target, LinkLimits limits) {
    UUID link = key.link();
    long first = key.total() == null ? 1 : key.total();
    Coming coming = new Coming(UUID.randomUUID(), link, target, key.total(), first);
    return database.inTransaction(transaction -> {
      sweep(transaction, link);
      // What had that name was taken away since.
      transaction
          .handle()
          .execute(
              "delete from guest_link_upload where link = ? and target = ? and arrived",
              link,
              target);
      if (!count(transaction, link, first, 1, limits)) {
        return new Begun.Full();
      }
      int made =
          transaction
              .handle()
              .createUpdate(
                  """
                  insert into guest_link_upload (id, link, visitor, wished, total, target, reserved, touched, attempt)
                  values (:id, :link, :visitor, :wished, :total, :target, :reserved, :now, :attempt)
                  on conflict (link, target) do nothing\
                  """)
              .bind("id", coming.id())
              .bind("link", link)
              .bind("total", key.total())
              .bind("target", target)
              .bind("reserved", first)
              .bind("visitor", key.visitor())
              .bind("wished", key.wished())
              .bind("attempt", key.attempt())
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

  /** It is there, and as large as that; false when somebody has said so before. */
  boolean arrived(Coming coming, long bytes) {
    return database.inTransaction(transaction -> {
      lock(transaction, coming.link());
      Optional<Long> was =
          transaction
              .handle()
              .createQuery(
                  """
                  with was as (select id, reserved from guest_link_upload where id = :id and not arrived)
                  update guest_link_upload u set arrived = true, reserved = 0, touched = :now
                  from was where u.id = was.id returning was.reserved\
                  """)
              .bind("id", coming.id())
              .bind("now", now())
              .mapTo(Long.class)
              .findOne();
      was.ifPresent(reserved -> takeBack(transaction, coming.link(), reserved - bytes, 0));
      return was.isPresent();
    });
  }

  /** It does not come; what was set aside for it is given back. */
  void givenUp(Coming coming) {
    database.useTransaction(transaction -> {
      lock(transaction, coming.link());
      transaction
          .handle()
          .createQuery(
              "delete from guest_link_upload where id = :id and not arrived returning reserved")
          .bind("id", coming.id())
          .mapTo(Long.class)
          .findOne()
          .ifPresent(reserved -> takeBack(transaction, coming.link(), reserved, 1));
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

  /** Gives back what was set aside for files that nobody goes on with, and forgets old ones. */
  void sweep(UUID link) {
    database.useTransaction(transaction -> sweep(transaction, link));
  }

  private void sweep(Transaction transaction, UUID link) {
    lock(transaction, link);
    Instant before = clock.instant().minus(KEPT);
    transaction
        .handle()
        .createQuery(
            """
            delete from guest_link_upload where link = :link and touched < :before
            returning reserved, case when arrived then 0 else 1 end as files\
            """)
        .bind("link", link)
        .bind("before", Timestamp.from(before))
        .map((row, _) -> new Aside(row.getLong("reserved"), row.getInt("files")))
        .list()
        .forEach(aside -> takeBack(transaction, link, aside.bytes(), aside.files()));
  }

  private record Aside(long bytes, int files) {}

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
