package io.homecloud.sharing.samba;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Protocol;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON of smbstatus(1). */
final class SambaStatusParser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IPC = "IPC$";

  private SambaStatusParser() {}

  /**
   * A session, and the process that serves it.
   *
   * @param process its number, as Samba's tools take it
   * @param open files and directories that the process has open, in this share or another one
   */
  record Served(String process, ClientSession session, List<Path> open) {}

  /** One for each share that a session has opened; one without a share when it has none. */
  static List<Served> sessions(String json) throws JsonProcessingException {
    JsonNode status = JSON.readTree(json);
    List<Served> found = new ArrayList<>();
    for (JsonNode session : status.path("sessions")) {
      String id = session.path("session_id").asText();
      boolean none = true;
      for (JsonNode tree : status.path("tcons")) {
        String share = tree.path("service").asText();
        if (tree.path("session_id").asText().equals(id) && !share.equals(IPC)) {
          found.add(served(status, session, tree));
          none = false;
        }
      }
      if (none) {
        found.add(served(status, session, null));
      }
    }
    return List.copyOf(found);
  }

  private static Served served(JsonNode status, JsonNode session, @Nullable JsonNode tree) {
    String id = session.path("session_id").asText();
    JsonNode server = (tree == null ? session : tree).path("server_id");
    Name share = tree == null ? null : name(tree.path("service").asText());
    return new Served(
        server.path("pid").asText(),
        new ClientSession(
            Protocol.SMB,
            tree == null ? id : id + "-" + tree.path("tcon_id").asText(),
            name(session.path("username").asText()),
            session.path("remote_machine").asText(),
            share,
            instant((tree == null ? session.path("creation_time") : tree.path("connected_at"))),
            share == null
                ? List.of()
                : open(status, server)
                    .map(file -> file.path("filename").asText())
                    .distinct()
                    .toList(),
            security(session, tree)),
        open(status, server)
            .map(
                file -> Path.of(file.path("service_path").asText(), file.path("filename").asText()))
            .toList());
  }

  /** Of that process; Samba does not tell through which share a file was opened. */
  private static Stream<JsonNode> open(JsonNode status, JsonNode server) {
    String process = server.path("pid").asText();
    return status
        .path("open_files")
        .valueStream()
        .filter(file ->
            file.path("opens")
                .valueStream()
                .anyMatch(open -> open.path("server_id").path("pid").asText().equals(process)));
  }

  private static String security(JsonNode session, @Nullable JsonNode tree) {
    String cipher = session.path("encryption").path("cipher").asText("-");
    if (tree != null && cipher.equals("-")) {
      cipher = tree.path("encryption").path("cipher").asText("-");
    }
    String dialect = session.path("session_dialect").asText().replace('_', '.');
    return dialect + (cipher.equals("-") ? ", not encrypted" : ", " + cipher);
  }

  private static @Nullable Name name(String text) {
    return Name.valid(text) ? new Name(text) : null;
  }

  private static @Nullable Instant instant(JsonNode time) {
    try {
      return OffsetDateTime.parse(time.asText()).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
