package io.homecloud.control.problem;

import io.vertx.core.VertxException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Problems for requests that end before the REST layer has them, as those without a Host header.
 *
 * <p>What Quarkus and Vert.x refuse before they ask for a route stays with a bare status, for
 * nothing can be put in their way: URLs with a stray percent sign or too long, headers too long or
 * not of the form of one, and what is no HTTP at all.
 */
@Singleton
final class UnroutedRequests {
  private static final int UNREADABLE = 400;
  private static final int NOWHERE = 404;

  void beginToAnswer(@Observes Router router) {
    // Before the handler of Quarkus, which logs an error and shows the exception, or says nothing.
    router
        .route()
        .order(Integer.MIN_VALUE)
        .handler(UnroutedRequests::leaveStrangers)
        .failureHandler(UnroutedRequests::answer);
  }

  /** Vert.x would serve HTTP/9.9 as well, and say that its answer is HTTP/9.9. */
  private static void leaveStrangers(RoutingContext context) {
    if (context.request().version() == null) {
      context.request().connection().close();
    } else {
      context.next();
    }
  }

  private static void answer(RoutingContext context) {
    if (context.statusCode() == UNREADABLE && context.failure() instanceof VertxException) {
      answer(
          context,
          CommonProblem.REQUEST_REFUSED.because("It does not say which Host it is meant for."));
    } else if (context.statusCode() == NOWHERE && context.failure() == null) {
      answer(context, CommonProblem.NOT_FOUND.because("Paths begin with a slash."));
    } else {
      context.next();
    }
  }

  private static void answer(RoutingContext context, ProblemException problem) {
    context
        .response()
        .setStatusCode(problem.code().status())
        .putHeader("Content-Type", ProblemMappers.PROBLEM.toString())
        .end(new JsonObject(ProblemMappers.body(problem)).encode());
  }
}
