package io.homecloud.sharing.password;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.serving.Verifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What passwords are checked with: a file for each account that root alone may read, replaced as a
 * whole. Nothing of it goes into the database, events, logs or the catalogue.
 */
public final class PasswordVault {
  private static final Logger LOG = Logger.getLogger(PasswordVault.class);
  private static final int LARGEST = 4096;

  private final Path directory;
  private final ObjectMapper json;

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
  public PasswordVault(Path secrets, ObjectMapper json) {
    this.directory = secrets.resolve("accounts");
    this.json = json;
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
  }

  /** One at a time, also of one account. */
  private synchronized void write(UUID account, Entry entry) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    WholeFile.secret(file(account)).replace(json.writeValueAsBytes(entry));
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
