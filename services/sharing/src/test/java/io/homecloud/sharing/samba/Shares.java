package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.SmbRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A share for tests, changed step by step. */
final class Shares {
  private final String name;
  private final Path root;
  private final List<Grant> grants = new ArrayList<>();
  private boolean ofHomes;
  private Map<Name, Path> homes = Map.of();
  private Level guests = Level.NONE;
  private SmbRule smb = SmbRule.DEFAULT;
  private boolean readOnly;
  private boolean hidden;
  private OptionalInt bin = OptionalInt.empty();
  private @Nullable Path snapshots;
  private OptionalLong timeMachine = OptionalLong.empty();
  private boolean accessLog;

  private Shares(String name, Path root) {
    this.name = name;
    this.root = root;
  }

  static Shares of(String name, Path root) {
    return new Shares(name, root);
  }

  Shares writtenBy(Person... people) {
    return granted(Level.WRITE, people);
  }

  Shares readBy(Person... people) {
    return granted(Level.READ, people);
  }

  private Shares granted(Level level, Person... people) {
    for (Person person : people) {
      grants.add(new Grant.ToAccount(person.name(), level));
    }
    return this;
  }

  Shares guests(Level level) {
    guests = level;
    return this;
  }

  Shares homes(Map<Name, Path> directories) {
    ofHomes = true;
    homes = directories;
    return this;
  }

  Shares smb(SmbRule.Encryption encryption, SmbRule.Dialect minimum) {
    smb = new SmbRule(encryption, minimum);
    return this;
  }

  Shares readOnly() {
    readOnly = true;
    return this;
  }

  Shares hidden() {
    hidden = true;
    return this;
  }

  Shares recycleBin() {
    bin = OptionalInt.of(30);
    return this;
  }

  Shares snapshots(Path directory) {
    snapshots = directory;
    return this;
  }

  Shares timeMachine(long bytes) {
    timeMachine = OptionalLong.of(bytes);
    return this;
  }

  Shares accessLog() {
    accessLog = true;
    return this;
  }

  ServedShare share() {
    return new ServedShare(
        UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        new Name(name),
        root,
        ofHomes,
        homes,
        Set.of(Protocol.SMB),
        grants,
        guests,
        null,
        smb,
        readOnly,
        hidden,
        bin,
        snapshots,
        timeMachine,
        accessLog);
  }
}
