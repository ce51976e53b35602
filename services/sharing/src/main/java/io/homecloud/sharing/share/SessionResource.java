package io.homecloud.sharing.share;

import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Protocol;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Who is connected, and the way to end that. */
@Path(SharingKinds.API + "/sessions")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SessionResource {
  private final Sessions sessions;

  SessionResource(SharingControl control) {
    this.sessions = control.shareFeature().sessions();
  }

  /**
   * Who is connected, as this says it: the protocol before the server's own id makes an id of all.
   */
  public record Session(String id, ClientSession session) {}

  @GET
  public Page<Session> list(@BeanParam Asked asked) {
    int limit = asked.limit();
    String after = asked.position();
    List<Session> rows =
        sessions.now().stream()
            .map(session -> new Session(id(session), session))
            .sorted(Comparator.comparing(Session::id))
            .filter(session -> session.id().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    return Page.of(rows, limit, Session::id);
  }

  /** Ends a session; whoever may sign in can come again. */
  @DELETE
  @Path("{id}")
  @APIResponse(responseCode = "204", description = "It has ended.")
  public Response disconnect(@PathParam("id") String id) {
    int dash = id.indexOf('-');
    Optional<Protocol> protocol = dash < 0 ? Optional.empty() : protocol(id.substring(0, dash));
    if (protocol.isEmpty() || !sessions.disconnect(protocol.get(), id.substring(dash + 1))) {
      throw SharingProblem.SESSION_NOT_FOUND.because(
          "There is no session of that id now; GET " + SharingKinds.API + "/sessions lists all.");
    }
    return Response.noContent().build();
  }

  private static String id(ClientSession session) {
    return session.protocol().name().toLowerCase(Locale.ROOT) + "-" + session.id();
  }

  private static Optional<Protocol> protocol(String word) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }
}
