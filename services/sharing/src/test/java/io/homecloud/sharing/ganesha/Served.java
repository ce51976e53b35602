package io.homecloud.sharing.ganesha;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.NfsRule;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.SmbRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** Shares for NFS, as short as a test needs them. */
final class Served {
  static final Name ANNA = new Name("anna");
  static final List<String> HERE = List.of("127.0.0.0/8", "::1");

  private Served() {}

  static ServedShare share(String name, Path root, Level level) {
    return share(name, root, level, HERE);
  }

  /** Of the same uid whenever it has the same name. */
  static ServedShare share(String name, Path root, Level level, List<String> clients) {
    return new ServedShare(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        new Name(name),
        root,
        false,
        Map.of(),
        Set.of(Protocol.NFS),
        List.of(new Grant.ToAccount(ANNA, level)),
        Level.NONE,
        new NfsRule(clients, ANNA),
        SmbRule.DEFAULT,
        false,
        false,
        OptionalInt.empty(),
        null,
        OptionalLong.empty(),
        false);
  }

  static Serving serving(ServedShare... shares) {
    return serving(List.of(shares));
  }

  static Serving serving(List<ServedShare> shares) {
    Person anna = new Person(new UUID(0, 1), ANNA, "Anna", 20_000, Set.of(), true, null);
    return new Serving(shares, List.of(anna), List.of());
  }
}
