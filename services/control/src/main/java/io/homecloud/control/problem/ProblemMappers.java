package io.homecloud.control.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.homecloud.events.database.ServiceDatabase;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure leaves as an RFC 9457 problem with a stable type; never as a stack trace. */
public final class ProblemMappers {
  private static final Set<String> READERS =
      Set.of(
          "org.jboss.resteasy.reactive.common.util.URLUtils",
          "org.jboss.resteasy.reactive.common.headers.MediaTypeHeaderDelegate");
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
  public static final MediaType PROBLEM = new MediaType("application", "problem+json");

  /** Problem types are identifiers, not addresses; docs/reference/problems.md lists them. */
  public static final String TYPE_PREFIX = "urn:homecloud:problem:";

  /** The member of a problem that says after how many seconds to try again. */
  public static final String RETRY_AFTER = "retryAfter";

  /** The detail of what is not there, or is asked for in a way that is not there. */
  public static final String SEE_REFERENCE =
      "See the API reference for what can be asked here and how.";

  @ServerExceptionMapper
  public Response problem(ProblemException problem) {
    Object seconds = problem.members().get(RETRY_AFTER);
    Response.ResponseBuilder answer = respond(problem);
    return seconds == null
        ? answer.build()
        : answer.header(HttpHeaders.RETRY_AFTER, seconds).build();
  }

  @ServerExceptionMapper
  public Response json(JsonProcessingException failure) {
    return respond(
            CommonProblem.BODY_INVALID.because("The body is not the JSON that is expected here."))
        .build();
  }

  @ServerExceptionMapper
  public Response unauthorized(UnauthorizedException failure) {
    return signIn();
  }

  @ServerExceptionMapper
  public Response unauthenticated(AuthenticationFailedException failure) {
    return signIn();
  }

  private static Response signIn() {
    return respond(
            CommonProblem.UNAUTHENTICATED.because(
                "Send a valid token as 'Authorization: Bearer …'; './homecloud token' prints one for the administrator."))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException failure) {
    return respond(
            CommonProblem.FORBIDDEN.because("Ask the administrator for the right to do that."))
        .build();
  }

  @ServerExceptionMapper
  public Response web(WebApplicationException failure) {
    CommonProblem code = CommonProblem.of(failure.getResponse().getStatus());
    if (code == CommonProblem.INTERNAL) {
      return any(failure);
    }
    Response.ResponseBuilder answer = respond(code.because(SEE_REFERENCE));
    Object allowed = failure.getResponse().getHeaders().getFirst(HttpHeaders.ALLOW);
    return allowed == null ? answer.build() : answer.header(HttpHeaders.ALLOW, allowed).build();
  }

  @ServerExceptionMapper
  public Response any(Throwable failure) {
    if (ServiceDatabase.isAway(failure)) {
      LOG.warnf("the database does not answer: %s", failure.getMessage());
      return respond(
              CommonProblem.DATABASE_AWAY.because(
                  "What is running goes on; new wishes are taken again as soon as the database is back."))
          .header(HttpHeaders.RETRY_AFTER, 5)
          .build();
    }
    if (isBadlyEncoded(failure)) {
      return respond(
              CommonProblem.REQUEST_REFUSED.because(
                  "A form, a URL or a header in it is not written as it has to be."))
          .build();
    }
    String incident = UUID.randomUUID().toString();
    LOG.errorf(failure, "incident %s", incident);
    return respond(
            CommonProblem.INTERNAL
                .because("The log of the service has the details under incident " + incident + ".")
                .with("incident", incident))
        .build();
  }

  /** They are read before or after our code, with an exception of no type of its own. */
  private static boolean isBadlyEncoded(Throwable failure) {
    StackTraceElement[] thrown = failure.getStackTrace();
    return failure instanceof IllegalArgumentException
        && thrown.length > 0
        && READERS.contains(thrown[0].getClassName());
  }

  private static Response.ResponseBuilder respond(ProblemException problem) {
    return Response.status(problem.code().status()).type(PROBLEM).entity(body(problem));
  }

  /** What is answered, before it becomes JSON. */
  static Map<String, Object> body(ProblemException problem) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", TYPE_PREFIX + problem.code().word());
    body.put("title", problem.code().title());
    body.put("status", problem.code().status());
    body.put("detail", problem.detail());
    body.putAll(problem.members());
    return body;
  }
}
