package io.homecloud.events.database;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.events.EventsSchema;
import io.homecloud.testkit.TestSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceDatabaseIT {
  private ServiceDatabase database;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeTables() {
    TestSchema schema = EventsSchema.fresh();
    database = EventsSchema.instance(schema);
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute("create table thing (id int primary key, value int not null default 0)"));
    database.subscribe(Signal.Topic.WISH, heard::add);
  }

  private int rows() {
    return database.read(
        handle -> handle.createQuery("select count(*) from thing").mapTo(Integer.class).one());
  }

  @Test
  void signalsAreHeardAfterTheCommitAndOncePerTransaction() {
    // Given
    List<Integer> seen = new ArrayList<>();
    database.subscribe(Signal.Topic.WISH, _ -> seen.add(rows()));

    // When
    database.useTransaction(transaction -> {
      transaction.signal(Signal.Topic.WISH, 1);
      transaction.handle().execute("insert into thing (id) values (1)");
      transaction.signal(Signal.Topic.WISH, 1);
      assertThat(heard).isEmpty();
    });

    // Then
    assertThat(heard).containsExactly("1");
    assertThat(seen).containsExactly(1);
  }

  @Test
  void whatIsRolledBackIsNotSignalled() {
    // When
    assertThatThrownBy(() ->
            database.useTransaction(transaction -> {
              transaction.handle().execute("insert into thing (id) values (1)");
              transaction.signal(Signal.Topic.WISH, 1);
              throw new IllegalStateException("changed my mind");
            }))
        .hasMessage("changed my mind");

    // Then
    assertThat(heard).isEmpty();
    assertThat(rows()).isZero();
  }

  @Test
  void anInnerTransactionIsAPartOfTheOuter() {
    // When
    assertThatThrownBy(() ->
            database.useTransaction(outer -> {
              database.useTransaction(inner -> {
                inner.handle().execute("insert into thing (id) values (1)");
                inner.signal(Signal.Topic.WISH, 1);
              });
              assertThat(heard).isEmpty();
              assertThat(rows()).isEqualTo(1);
              throw new IllegalStateException("changed my mind");
            }))
        .hasMessage("changed my mind");

    // Then
    assertThat(heard).isEmpty();
    assertThat(rows()).isZero();
  }

  @Test
  void theLoserOfADeadlockIsRepeated() throws Exception {
    // Given
    database.useTransaction(
        transaction -> transaction.handle().execute("insert into thing (id) values (1), (2)"));
    CountDownLatch bothHaveOne = new CountDownLatch(2);

    // When
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> forward = threads.submit(() -> lockBoth(1, 2, bothHaveOne));
      Future<?> backward = threads.submit(() -> lockBoth(2, 1, bothHaveOne));
      forward.get(30, TimeUnit.SECONDS);
      backward.get(30, TimeUnit.SECONDS);
    }

    // Then
    int sum =
        database.read(handle ->
            handle.createQuery("select sum(value) from thing").mapTo(Integer.class).one());
    assertThat(sum).isEqualTo(4);
    assertThat(heard).hasSize(2);
  }

  private void lockBoth(int first, int second, CountDownLatch bothHaveOne) {
    database.useTransaction(transaction -> {
      transaction.handle().execute("update thing set value = value + 1 where id = ?", first);
      bothHaveOne.countDown();
      try {
        bothHaveOne.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      transaction.handle().execute("update thing set value = value + 1 where id = ?", second);
      transaction.signal(Signal.Topic.WISH, first);
    });
  }

  @Test
  void whatComesLastComesInTheOrderOfSubjects() {
    // Given
    UUID first = new UUID(0, 1);
    UUID second = new UUID(0, 2);
    List<String> order = new ArrayList<>();

    // When
    database.useTransaction(transaction -> {
      transaction.lastly(second, () -> order.add("second"));
      transaction.lastly(first, () -> order.add("first"));
      transaction.lastly(second, () -> order.add("second again"));
      order.add("now");
    });

    // Then
    assertThat(order).containsExactly("now", "first", "second", "second again");
  }

  @Test
  void aSubscriberThatThrowsHarmsNobody() {
    // Given
    database.subscribe(
        Signal.Topic.STATUS,
        _ -> {
          throw new IllegalArgumentException("not a uuid");
        });
    database.subscribe(Signal.Topic.STATUS, heard::add);

    // When
    database.useTransaction(transaction -> transaction.signal(Signal.Topic.STATUS, "x"));

    // Then
    eventually(() -> assertThat(heard).containsExactly("x"));
  }
}
