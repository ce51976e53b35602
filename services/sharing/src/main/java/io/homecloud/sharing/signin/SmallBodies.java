package io.homecloud.sharing.signin;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Larger bodies are refused before they are held: many of them at once would fill the memory. */
final class SmallBodies {
  /** Room for the longest password, decomposed and with every character of it escaped. */
  private static final int LARGEST = 8 * 1024;

  /** Before the other filters, of which some look at the body too. */
  @SmallBody
  @ServerRequestFilter(priority = Priorities.USER - 1)
  public void apply(ContainerRequestContext request) throws IOException {
    if (request.getLength() > LARGEST) {
      throw tooLarge();
    }
    // The length may not be told.
    byte[] body = request.getEntityStream().readNBytes(LARGEST + 1);
    if (body.length > LARGEST) {
      throw tooLarge();
    }
    request.setEntityStream(new ByteArrayInputStream(body));
  }

  private static ProblemException tooLarge() {
    return CommonProblem.BODY_TOO_LARGE.because("To sign in takes a body of at most 8 KiB.");
  }
}
