package io.homecloud.embedded.postgres;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import io.homecloud.host.SystemUser;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The files of the database: made once, with its owner and the owner's password. */
final class PostgresCluster {
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final StreamHost host;
  private final PostgresSettings settings;
  private final SystemUser user;
  private final Path home;

  PostgresCluster(StreamHost host, PostgresSettings settings, SystemUser user, Path home) {
    this.host = host;
    this.settings = settings;
    this.user = user;
    this.home = home;
  }

  Path data() {
    return settings.directory().resolve("data");
  }

  /**
   * Returns the password. Data and password become valid by one rename each, in this order, so a
   * crash between them only makes a new password.
   */
  String prepare() throws IOException {
    boolean present = Files.isDirectory(data(), LinkOption.NOFOLLOW_LINKS);
    if (present && Files.exists(settings.passwordFile())) {
      checkVersion();
      return Files.readString(settings.passwordFile()).strip();
    }
    String password = randomPassword();
    WholeFile file = WholeFile.secret(settings.passwordFile());
    file.propose(password + "\n");
    if (present) {
      checkVersion();
      // The server may have been killed: single-user mode recovers as any start does.
      sql(data(), "ALTER ROLE homecloud PASSWORD '" + password + "'");
    } else {
      create(password);
    }
    file.accept();
    return password;
  }

  private void create(String password) throws IOException {
    Path unfinished = settings.directory().resolve("data.new");
    must(List.of("rm", "-rf", "--one-file-system", "--", unfinished.toString()));
    user.own(unfinished);
    // The collation is PostgreSQL's own: the C library's changes order with its version, and then
    // indexes lie.
    asUser(
        "initdb",
        List.of(
            "--pgdata=" + unfinished,
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=reject",
            "--data-checksums"),
        "");
    sql(unfinished, "CREATE ROLE homecloud LOGIN CREATEDB PASSWORD '" + password + "'");
    sql(unfinished, "CREATE DATABASE homecloud OWNER homecloud");
    WholeFile.move(unfinished, data());
  }

  /** In single-user mode, so that the superuser needs no password and nobody can sign in as it. */
  private void sql(Path data, String statement) throws IOException {
    asUser(
        "postgres",
        List.of("--single", "-D", data.toString(), "-c", "exit_on_error=true", "postgres"),
        statement + ";\n");
  }

  private void asUser(String program, List<String> arguments, String input) throws IOException {
    List<String> argv = new ArrayList<>(PostgresBinaries.program(home, program));
    argv.addAll(arguments);
    check(
        host.run(
            new HostCommand(user.command(argv), DEADLINE, Map.of()),
            input.getBytes(StandardCharsets.UTF_8)));
  }

  private void must(List<String> argv) throws IOException {
    check(host.run(new HostCommand(argv, DEADLINE, Map.of())));
  }

  private static void check(HostResult result) throws IOException {
    if (!(result instanceof HostResult.Exited(int code, _, _) && code == 0)) {
      throw new IOException("the database was not made: " + result);
    }
  }

  private void checkVersion() throws IOException {
    String found = Files.readString(data().resolve("PG_VERSION")).strip();
    HostResult result =
        host.run(
            new HostCommand(
                Duration.ofSeconds(60),
                PostgresBinaries.program(home, "postgres").getFirst(),
                "--version"));
    if (!(result instanceof HostResult.Exited(int code, String out, _)
        && code == 0
        && out.contains(" " + found + "."))) {
      throw new IOException(
          "the database in " + data() + " is of PostgreSQL " + found + ", the server is " + result);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
