package io.homecloud.sharing.samba;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Verifiers;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.crypto.digests.MD4Digest;

/** Accounts for tests. */
final class People {
  static final String PASSWORD = "Correct horse 9";

  static final Person ALICE = person("alice", 20_000);
  static final Person BOB = person("bob", 20_001);

  private People() {}

  static Person person(String name, int id) {
    return person(name, id, PASSWORD);
  }

  static Person person(String name, int id, String password) {
    UUID uid = UUID.nameUUIDFromBytes(new byte[] {(byte) (id >> 8), (byte) id});
    return new Person(uid, new Name(name), name, id, Set.of(), true, verifiers(password));
  }

  static Person disabled(Person person) {
    return new Person(
        person.uid(),
        person.name(),
        person.displayName(),
        person.id(),
        person.groups(),
        false,
        person.verifiers());
  }

  static Verifiers verifiers(String password) {
    byte[] bytes = password.getBytes(UTF_16LE);
    MD4Digest digest = new MD4Digest();
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return new Verifiers(HexFormat.of().formatHex(hash), "not used here");
  }
}
