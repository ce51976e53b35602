package io.homecloud.sharing.httpd;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.wish.Outside;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.SmbRule;
import io.homecloud.sharing.serving.Verifiers;
import io.homecloud.sharing.tls.Certificates;
import io.homecloud.sharing.tls.HouseNames;
import io.homecloud.sharing.tls.OwnAuthority;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A real httpd with shares on a real btrfs, and clients. */
final class HttpdLab implements AutoCloseable {
  /** crypt(3) of "pw". */
  private static final Map<String, String> CRYPT = new java.util.concurrent.ConcurrentHashMap<>();

  /** Every printable character of ASCII, umlauts and more, 128 characters. */
  static final String PASSWORD = password();

  Host host = new LocalHost();
  final LoopDisks disks = new LoopDisks();
  final Path disk;
  final Path secrets;
  final Path own;
  final int port = FreePort.find();
  final OptionalInt front;
  final ServerListener listener;
  Supervisor supervisor;
  HttpdShareServer server;

  /** Where it listens. */
  private InetAddress address = InetAddress.getLoopbackAddress();

  /** What the machine is called. */
  volatile String name = "house";

  HttpdLab() {
    this(OptionalInt.empty(), ServerListener.NONE);
  }

  HttpdLab(OptionalInt front, ServerListener listener) {
    this.front = front;
    this.listener = listener;
    try {
      Path device = disks.disk(1L << 30);
      must("mkfs.btrfs", "-q", device.toString());
      disk = disks.mount(device, "nosymfollow", "commit=300");
      must("btrfs", "quota", "enable", "--simple", disk.toString());
      for (Path up = disks.directory(); up != null && up.startsWith("/tmp"); up = up.getParent()) {
        Files.setPosixFilePermissions(up, permissions("rwxr-xr-x", up));
      }
      secrets = disks.directory().resolve("secrets");
      own = disks.directory().resolve("httpd");
      supervisor =
          Supervisor.open(disks.directory().resolve("run"), disks.directory().resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = server(new ListenPort(port, port));
  }

  /** What is open to all stays so. */
  private static Set<java.nio.file.attribute.PosixFilePermission> permissions(
      String least, Path path) throws IOException {
    var both = PosixFilePermissions.fromString(least);
    both.addAll(Files.getPosixFilePermissions(path));
    return both;
  }

  HttpdShareServer server(ListenPort where) {
    return server(where, ownAuthority());
  }

  private Certificates ownAuthority() {
    return new OwnAuthority(
        host,
        secrets,
        Clock.systemUTC(),
        Outside.NOTHING,
        () -> HouseNames.ofThisMachine(name, Optional.empty()));
  }

  /** From now on that program gives no answer when it is asked first. */
  void late(String program) {
    server.close();
    AtomicBoolean asked = new AtomicBoolean();
    host =
        command ->
            command.argv().contains(program) && !asked.getAndSet(true)
                ? new HostResult.TimedOut(command)
                : new LocalHost().run(command);
    server = server(new ListenPort(port, port));
  }

  /** From now on it listens there. */
  void listen(InetAddress where) {
    server.close();
    address = where;
    server = server(new ListenPort(port, port));
  }

  /** Another server in the place of ours, which has served nothing. */
  HttpdShareServer server(ServerListener hearing) {
    return server(new ListenPort(port, port), ownAuthority(), hearing);
  }

  HttpdShareServer server(ListenPort where, Certificates certificates) {
    return server(where, certificates, listener);
  }

  private HttpdShareServer server(
      ListenPort where, Certificates certificates, ServerListener hearing) {
    return new HttpdShareServer(
        new HttpdSettings(
            own,
            where,
            Optional.of(address),
            front.stream()
                .mapToObj(port -> URI.create("http://127.0.0.1:" + port + "/"))
                .findFirst(),
            Map.of(),
            true),
        certificates,
        host,
        supervisor,
        Clock.systemUTC(),
        hearing);
  }

  /** A new subvolume that a share may have as its directory. */
  Path directory(String name) {
    Path path = disk.resolve(name);
    must("btrfs", "-q", "subvolume", "create", path.toString());
    must("chown", "19999:19999", path.toString());
    return path;
  }

  static Person person(String name) {
    return person(name, true);
  }

  static Person person(String name, boolean enabled) {
    return new Person(
        UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        new Name(name),
        "The \"${PATH}\" %{HTTP_HOST}\n</Location> of " + name,
        20_001,
        Set.of(),
        enabled,
        new Verifiers("0".repeat(32), CRYPT.computeIfAbsent(PASSWORD, HttpdLab::crypt)));
  }

  private static String password() {
    StringBuilder text = new StringBuilder("PÄÖÜäöüß€日本");
    for (char c = ' '; c <= '~'; c++) {
      text.append(c);
    }
    return text.append("x".repeat(128 - text.length())).toString();
  }

  private static String crypt(String password) {
    return must("openssl", "passwd", "-6", password).strip();
  }

  static ServedShare share(String name, Path root, Grant... grants) {
    return share(name, root, Level.NONE, false, grants);
  }

  static ServedShare share(
      String name, Path root, Level guests, boolean readOnly, Grant... grants) {
    return new Share(name, root).guests(guests).readOnly(readOnly).grants(grants).made();
  }

  /** A share in the making. */
  static final class Share {
    private final String name;
    private final Path root;
    private boolean ofHomes;
    private Map<Name, Path> homes = Map.of();
    private List<Grant> grants = List.of();
    private Level guests = Level.NONE;
    private boolean readOnly;
    private boolean hidden;
    private @Nullable Path snapshots;
    private boolean accessLog;

    Share(String name, Path root) {
      this.name = name;
      this.root = root;
    }

    Share homes(Map<Name, Path> all) {
      ofHomes = true;
      homes = all;
      return this;
    }

    Share grants(Grant... all) {
      grants = List.of(all);
      return this;
    }

    Share guests(Level level) {
      guests = level;
      return this;
    }

    Share readOnly(boolean yes) {
      readOnly = yes;
      return this;
    }

    Share hidden() {
      hidden = true;
      return this;
    }

    Share snapshots(Path directory) {
      snapshots = directory;
      return this;
    }

    Share accessLog() {
      accessLog = true;
      return this;
    }

    ServedShare made() {
      return new ServedShare(
          UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
          new Name(name),
          root,
          ofHomes,
          homes,
          Set.of(Protocol.WEBDAV),
          grants,
          guests,
          null,
          SmbRule.DEFAULT,
          readOnly,
          hidden,
          OptionalInt.empty(),
          snapshots,
          OptionalLong.empty(),
          accessLog);
    }
  }

  static Grant write(String account) {
    return new Grant.ToAccount(new Name(account), Level.WRITE);
  }

  static Grant read(String account) {
    return new Grant.ToAccount(new Name(account), Level.READ);
  }

  /** Serves these shares to anna, ben and a disabled carl. */
  Applied serve(ServedShare... shares) {
    return serve(List.of(person("anna"), person("ben"), person("carl", false)), shares);
  }

  Applied serve(List<Person> people, ServedShare... shares) {
    return server.apply(new Serving(List.of(shares), people, List.of()));
  }

  void served(ServedShare... shares) {
    assertThat(serve(shares)).isEqualTo(new Applied.InPlace(port));
  }

  String url(String path) {
    return "https://localhost:" + port + path;
  }

  Path authority() {
    return own.resolve("public/homecloud-ca.crt");
  }

  /** What curl prints; it trusts our authority alone. */
  String curl(String... words) {
    List<String> argv = new ArrayList<>(List.of("curl", "-sS", "--cacert", authority().toString()));
    argv.addAll(Arrays.asList(words));
    HostResult result = host.run(new HostCommand(argv, Duration.ofMinutes(2), Map.of()));
    if (result instanceof HostResult.Exited(_, String out, String err)) {
      return out + err;
    }
    throw new AssertionError(result);
  }

  /** The status of a request by an account; by nobody when that is empty. */
  int status(String account, String method, String path, String... words) {
    List<String> argv = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
    if (!account.isEmpty()) {
      argv.addAll(List.of("-u", account + ":" + PASSWORD));
    }
    argv.addAll(method.equals("HEAD") ? List.of("-I") : List.of("-X", method));
    argv.addAll(Arrays.asList(words));
    argv.add(url(path));
    return Integer.parseInt(curl(argv.toArray(String[]::new)).strip());
  }

  /** The paths of a collection's members and itself, as a client sees them. */
  List<String> listed(String account, String path) {
    String answer =
        curl("-u", account + ":" + PASSWORD, "-X", "PROPFIND", "-H", "Depth: 1", url(path));
    List<String> found = new ArrayList<>();
    var href = java.util.regex.Pattern.compile("<D:href>([^<]*)</D:href>").matcher(answer);
    while (href.find()) {
      found.add(href.group(1));
    }
    return found;
  }

  static String must(String... argv) {
    HostResult result =
        new LocalHost().run(new HostCommand(List.of(argv), Duration.ofMinutes(2), Map.of()));
    if (result instanceof HostResult.Exited(int code, String out, _) && code == 0) {
      return out;
    }
    throw new AssertionError(String.join(" ", argv) + ": " + result);
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
      supervisor.close();
    } finally {
      disks.close();
    }
  }
}
