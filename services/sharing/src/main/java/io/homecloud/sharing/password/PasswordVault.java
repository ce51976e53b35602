package io.homecloud.sharing.password;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.wish.NodeSecrets.Dated;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.serving.Verifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What passwords are checked with: a file for each account that root alone may read, replaced as a
 * whole. Nothing of it goes into the database, events, logs or the catalogue. A file is as old as
 * its password: when that was set is its time, and nothing in it, so that the version before can
 * read it too.
 */
public final class PasswordVault {
  private static final Logger LOG = Logger.getLogger(PasswordVault.class);
  private static final int LARGEST = 4096;

  private final Path directory;
  private final ObjectMapper json;
  private final Clock clock;
  private volatile Runnable changed = () -> {};

  /**
   * Verified in place of the password of an account that does not exist, so that it takes as long.
   */
  private final String decoy = Argon2.hash("nobody has this password");

  /** Of whom the log has said that the file cannot be used. */
  private final Set<UUID> told = ConcurrentHashMap.newKeySet();

  /** What is there of a password. */
  public enum Kept {
    USABLE,
    ABSENT,
    /** Its file is damaged, or cannot be read. */
    DAMAGED
  }

  /** As it is written; nothing is one that would be something else in a server's file. */
  private record Entry(String argon2, String ntHash, String crypt) {
    private static final Pattern NT_HASH = Pattern.compile("[0-9A-F]{32}");
    private static final Pattern CRYPT = Pattern.compile("\\$6\\$[A-Za-z0-9=./$]{1,200}");

    private Entry {
      if (argon2 == null || !fits(NT_HASH, ntHash) || !fits(CRYPT, crypt)) {
        throw new IllegalArgumentException("no password's hashes");
      }
    }

    private static boolean fits(Pattern pattern, @Nullable String text) {
      return text != null && pattern.matcher(text).matches();
    }

    @Override
    public String toString() {
      return "Entry[not shown]";
    }
  }

  /**
   * @param secrets the directory of the installation's secrets
   */
  public PasswordVault(Path secrets, ObjectMapper json, Clock clock) {
    this.directory = secrets.resolve("accounts");
    this.json = json;
    this.clock = clock;
  }

  /** Calls back when one was set here; must not take long. */
  public void onSet(Runnable listener) {
    changed = listener;
  }

  /**
   * Sets it; on the disk when this returns, and after a crash the old or the new one.
   *
   * @param before done when nothing but the disk can refuse it any more
   * @throws io.homecloud.control.problem.ProblemException when it cannot be used
   */
  public void set(UUID account, Name name, String password, Runnable before) {
    String checked = PasswordRules.checked(name, password);
    Verifiers servers = ServerHashes.of(checked);
    Entry entry = new Entry(Argon2.hash(checked), servers.ntHash(), servers.crypt());
    before.run();
    try {
      write(account, entry);
    } catch (IOException e) {
      throw new UncheckedIOException("keep a password", e);
    }
    changed.run();
  }

  /**
   * Later than the one before, whatever the clock says: else another node's would take its place.
   */
  private synchronized void write(UUID account, Entry entry) throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant next = setAt(account).plusMillis(1);
    write(account, entry, now.isAfter(next) ? now : next);
  }

  /** One at a time, also of one account. */
  private synchronized void write(UUID account, Entry entry, Instant set) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    WholeFile file = WholeFile.secret(file(account));
    file.propose(json.writeValueAsString(entry));
    Files.setLastModifiedTime(file.next(), FileTime.from(set));
    WholeFile.force(file.next());
    file.accept();
  }

  private Instant setAt(UUID account) throws IOException {
    try {
      Instant modified = Files.getLastModifiedTime(file(account)).toInstant();
      return modified.truncatedTo(ChronoUnit.MILLIS);
    } catch (NoSuchFileException e) {
      return Instant.EPOCH;
    }
  }

  /** One that can be used, to be told to other nodes. */
  public synchronized Optional<Dated> dated(UUID account) {
    try {
      Optional<Entry> entry = read(account);
      return entry.isEmpty()
          ? Optional.empty()
          : Optional.of(new Dated(setAt(account), json.writeValueAsString(entry.get())));
    } catch (IOException e) {
      damaged(account, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * Takes one that was set on another node, if that was later, or nothing here can be used. What
   * cannot be used, or written, is passed over.
   *
   * @return whether it is another password than before
   */
  public synchronized boolean take(UUID account, Dated theirs) {
    try {
      Optional<Entry> ours = read(account);
      if (ours.isPresent() && !theirs.set().isAfter(setAt(account))) {
        return false;
      }
      Entry entry =
          theirs.content().length() > LARGEST
              ? null
              : json.readValue(theirs.content(), Entry.class);
      if (entry == null) {
        throw new IllegalArgumentException("none of ours");
      }
      if (ours.filter(one -> one.ntHash().equals(entry.ntHash())).isPresent()) {
        // The same password with other salt: whoever signs in just now is not disturbed.
        Files.setLastModifiedTime(file(account), FileTime.from(theirs.set()));
        return false;
      }
      write(account, entry, theirs.set());
      return true;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // Without its text, which may be a part of the secret.
      LOG.errorf("what another node has as the password of account %s is none of ours", account);
    } catch (IOException e) {
      damaged(account, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private Path file(UUID account) {
    return directory.resolve(account + ".json");
  }

  public Kept kept(UUID account) {
    return read(account).isPresent()
        ? Kept.USABLE
        : Files.exists(file(account)) ? Kept.DAMAGED : Kept.ABSENT;
  }

  /** What servers check the password with; empty when there is none that can be used. */
  public Optional<Verifiers> verifiers(UUID account) {
    return read(account).map(entry -> new Verifiers(entry.ntHash(), entry.crypt()));
  }

  /** Whether it is the password. Takes as long for an account without one, or none at all. */
  public boolean matches(Optional<UUID> account, String password) {
    String composed = PasswordRules.composed(password);
    boolean tooLong = PasswordRules.tooLong(composed);
    Optional<Entry> entry = tooLong ? Optional.empty() : account.flatMap(this::read);
    boolean right = Argon2.matches(tooLong ? "" : composed, entry.map(Entry::argon2).orElse(decoy));
    return right && entry.isPresent();
  }

  private Optional<Entry> read(UUID account) {
    Path file = file(account);
    try {
      Entry entry =
          Files.size(file) > LARGEST ? null : json.readValue(Files.readAllBytes(file), Entry.class);
      if (entry == null) {
        damaged(account, "it is none of ours");
      } else {
        told.remove(account);
      }
      return Optional.ofNullable(entry);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      // Without its text, which may be a part of the secret.
      damaged(account, "it is none of ours");
      return Optional.empty();
    } catch (IOException e) {
      damaged(account, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** One person cannot sign in then; everybody else goes on. */
  private void damaged(UUID account, String why) {
    if (told.add(account)) {
      LOG.errorf("%s cannot be used as a password's file: %s", file(account), why);
    }
  }

  /** Removes it; absent is fine. */
  public void forget(UUID account) {
    try {
      Files.deleteIfExists(file(account));
    } catch (IOException e) {
      throw new UncheckedIOException("forget a password", e);
    }
  }
}
