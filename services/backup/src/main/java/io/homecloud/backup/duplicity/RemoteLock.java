package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.engine.Copies.Lock;
import io.homecloud.backup.engine.Copies.Locked;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * One installation at a time writes to a target that has no locks: each writes a file of its own
 * and then looks whether there is another's. Of two that begin at once at least one sees the other,
 * and who sees another withdraws. While it is held the file is written again from time to time;
 * when that has not happened for hours, who wrote it is gone.
 *
 * <p>There is no name of a node or of files in it: who has the target reads it.
 */
final class RemoteLock implements Lock {
  private static final Logger LOG = Logger.getLogger(RemoteLock.class);
  private static final String PREFIX = "homecloud-lock-";
  private static final Duration AGAIN = Duration.ofMinutes(30);
  private static final Duration GONE = Duration.ofHours(3);

  private final Target target;
  private final ObjectMapper json;
  private final Clock clock;
  private final Claim claim;
  private final String name;
  private final Thread renewing;

  /** What the file has. */
  record Claim(UUID installation, Instant since, Instant seen) {}

  private RemoteLock(Target target, ObjectMapper json, Clock clock, Claim claim, String name) {
    this.target = target;
    this.json = json;
    this.clock = clock;
    this.claim = claim;
    this.name = name;
    this.renewing = Thread.ofVirtual().name("repository-lock").start(this::renew);
  }

  static Locked take(Target target, Holder holder, ObjectMapper json, Clock clock)
      throws IOException {
    // Two nodes of one installation are two as well.
    String name =
        PREFIX
            + UUID.nameUUIDFromBytes(
                (holder.installation() + " " + holder.node()).getBytes(StandardCharsets.UTF_8))
            + ".json";
    Claim claim = new Claim(holder.installation(), holder.since(), clock.instant());
    Set<String> there = target.write(name, json.writeValueAsString(claim)).names();
    for (String other : there) {
      if (other.startsWith(PREFIX) && !other.equals(name)) {
        Optional<Claim> theirs = read(target, other, json);
        if (theirs.isPresent() && theirs.get().seen().plus(GONE).isAfter(clock.instant())) {
          target.delete(List.of(name), List.of());
          return new Locked.Held(
              "Installation %s has used the repository since %s; try again when that has ended."
                  .formatted(theirs.get().installation(), theirs.get().since()));
        }
        LOG.warnf("the lock %s of who is gone is taken away", other);
        target.delete(List.of(other), List.of());
      }
    }
    return new Locked.Taken(new RemoteLock(target, json, clock, claim, name));
  }

  private static Optional<Claim> read(Target target, String name, ObjectMapper json)
      throws IOException {
    try {
      Optional<String> text = target.read(name);
      return text.isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(json.readValue(text.get(), Claim.class));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private void renew() {
    try {
      while (true) {
        Thread.sleep(AGAIN);
        try {
          var _ =
              target.write(
                  name,
                  json.writeValueAsString(
                      new Claim(claim.installation(), claim.since(), clock.instant())));
        } catch (IOException e) {
          LOG.warnf("the lock of a repository is renewed later: %s", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      // It is not held any more.
    }
  }

  @Override
  public void close() throws IOException {
    renewing.interrupt();
    // Also when a run was cancelled: else others would wait for hours.
    boolean interrupted = Thread.interrupted();
    try {
      target.delete(List.of(name), List.of());
    } catch (IOException e) {
      LOG.warnf("the lock of a repository stays until the next run: %s", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
