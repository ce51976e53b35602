package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * People of an installation with a share, and a client of theirs.
 *
 * @param port where Samba listens
 * @param directory where the client keeps what it gets
 */
record Household(Installed home, int port, Path directory) {
  private static final String API = "/api/sharing/v1/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Anna, who is a parent and the administrator, and a share that parents may write to. */
  void moveIn(String password) throws IOException, InterruptedException {
    make("groups", "parents", "{}");
    make("accounts", "anna", "{\"groups\":[\"parents\"],\"role\":\"administrator\"}");
    password(password);
    make(
        "shares",
        "family",
        """
        {"volume":"files","protocols":["smb"],"access":[{"group":"parents","level":"write"}]}\
        """);
  }

  private void make(String kind, String name, String spec)
      throws IOException, InterruptedException {
    HttpResponse<String> made =
        home.ask(
            "POST",
            API + kind + "?wait=2m",
            "{\"metadata\":{\"name\":\"%s\"},\"spec\":%s}".formatted(name, spec));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  void password(String password) throws IOException, InterruptedException {
    HttpResponse<String> set =
        home.ask(
            "PUT", API + "accounts/anna/password", "{\"password\":\"%s\"}".formatted(password));
    assertThat(set.statusCode()).as(set.body()).isEqualTo(204);
  }

  /** The numbers that Anna and the parents have on the machine, once all is there. */
  String numbers() {
    StringBuilder numbers = new StringBuilder();
    eventually(() -> {
      JsonNode anna = get("accounts/anna");
      JsonNode parents = get("groups/parents");
      assertThat(anna.at("/spec/groups/0").asText()).isEqualTo("parents");
      assertThat(anna.at("/status/uid").asInt()).isGreaterThan(19_999);
      assertThat(parents.at("/status/gid").asInt()).isGreaterThan(19_999);
      numbers.setLength(0);
      numbers.append(anna.at("/status/uid")).append(' ').append(parents.at("/status/gid"));
    });
    return numbers.toString();
  }

  /** Returns when the share says that it is, for that reason. */
  void awaitFamily(String reason) {
    eventually(() -> {
      JsonNode family = get("shares/family").path("status");
      assertThat(family.at("/conditions"))
          .anyMatch(condition ->
              condition.path("type").asText().equals("Ready")
                  && condition.path("reason").asText().equals(reason));
      if (reason.equals("Ready")) {
        assertThat(family.at("/urls/smb").asText()).matches("smb://[^/]*:" + port + "/family");
      }
    });
  }

  /** Whether Anna can sign in, as her account says it. */
  String passwordCondition() throws IOException, InterruptedException {
    for (JsonNode condition : get("accounts/anna").at("/status/conditions")) {
      if (condition.path("type").asText().equals("PasswordSet")) {
        return condition.path("reason").asText() + ": " + condition.path("message").asText();
      }
    }
    return "";
  }

  int takeOver() throws IOException, InterruptedException {
    return home.ask("POST", API + "kept/restore", "").statusCode();
  }

  int status(String path) throws IOException, InterruptedException {
    return home.ask("GET", API + path, "").statusCode();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(home.ask("GET", API + path, "").body());
  }

  /** A file of the share, as Anna's laptop gets it, which tries again when it is refused. */
  String reads(String file, String password) throws IOException {
    Path got = directory.resolve("got");
    Files.deleteIfExists(got);
    eventually(() ->
        Script.tool(
            "smbclient",
            "//127.0.0.1/family",
            "--port=" + port,
            "--user=anna%" + password,
            "--command=get " + file + " " + got));
    return Files.readString(got);
  }
}
