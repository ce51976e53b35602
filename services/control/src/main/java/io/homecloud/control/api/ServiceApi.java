package io.homecloud.control.api;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskNote;
import io.homecloud.control.task.TaskState;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.inbox.Inbox;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/**
 * What every service's API has: its tasks, its events, and events that it could not understand. The
 * role is named here because those on a subclass do not reach inherited methods.
 */
@RolesAllowed(Roles.ADMINISTRATOR)
public abstract class ServiceApi {
  private final ControlPlane plane;

  @Inject EndedSignIns ended;

  protected ServiceApi(ControlPlane plane) {
    this.plane = plane;
  }

  /**
   * A page of this service's long jobs, the newest first.
   *
   * @param state only those in this state
   * @param uid only those of the resource with this uid
   */
  @GET
  @Path("tasks")
  @RunOnVirtualThread
  public Page<Task> tasks(
      @BeanParam Asked asked,
      @QueryParam("state") @Nullable String state,
      @QueryParam("resource") @Nullable String uid) {
    int limit = asked.limit();
    List<Task> rows =
        plane
            .tasks()
            .list(
                new TaskStore.Selection(
                    Optional.ofNullable(state).map(ServiceApi::state),
                    Optional.ofNullable(uid).map(text -> Parameters.uuid("resource", text)),
                    asked.labels()),
                after(asked.position()),
                limit + 1);
    return Page.of(rows, limit, task -> task.createdAt() + " " + task.id());
  }

  private static TaskState state(String text) {
    for (TaskState state : TaskState.values()) {
      if (state.name().equals(text)) {
        return state;
      }
    }
    throw CommonProblem.PARAMETER_INVALID.because(
        "state is one of " + List.of(TaskState.values()) + ".");
  }

  private static Optional<TaskStore.After> after(String position) {
    if (position.isEmpty()) {
      return Optional.empty();
    }
    try {
      String[] parts = position.split(" ", 2);
      OffsetDateTime at = Instant.parse(parts[0]).atOffset(ZoneOffset.UTC);
      // A database has fewer years than Java.
      if (at.getYear() >= 1970 && at.getYear() <= 9999) {
        return Optional.of(new TaskStore.After(at.toInstant(), UUID.fromString(parts[1])));
      }
    } catch (DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      // It is none of ours.
    }
    throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
  }

  /**
   * One task; with {@code ?wait=} its answer is held back until it has ended or the time is over.
   */
  @GET
  @Path("tasks/{id}")
  @RunOnVirtualThread
  public Task task(@BeanParam Asked asked, @PathParam("id") String text) {
    return plane.taskApi().get(asked, Parameters.uuid("task", text));
  }

  /**
   * Changes what people noted of a task, by a JSON merge patch (RFC 7396) of its labels; answers
   * with the task, which goes on as it does.
   */
  @PATCH
  @Path("tasks/{id}")
  @RequestBodySchema(TaskNote.class)
  @RunOnVirtualThread
  public Task note(@PathParam("id") String text, String body) {
    return plane
        .tasks()
        .note(
            Parameters.uuid("task", text),
            note -> Bodies.patched(plane.json(), note, body, TaskNote.class));
  }

  /** Asks a task to end early; one that has ended stays as it is. */
  @POST
  @Path("tasks/{id}/cancel")
  @APIResponseSchema(value = Task.class, responseCode = "202", responseDescription = "Asked.")
  @RunOnVirtualThread
  public Response cancel(@PathParam("id") String text) {
    return Response.accepted(plane.tasks().requestCancel(Parameters.uuid("task", text))).build();
  }

  /**
   * Follows this service's events as they happen, until the token's end or that of the sign-in.
   *
   * @param last goes on behind the event of this id; 410 when that is too old
   */
  @GET
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> events(
      @HeaderParam("Last-Event-ID") @Nullable String last,
      @Context Sse sse,
      @Context SecurityContext security) {
    return plane.stream()
        .from(last, sse, ended.lasting(security.getUserPrincipal(), plane.clock()));
  }

  /** Events of others that could not be handled, with the error. */
  @GET
  @Path("parked-events")
  @RunOnVirtualThread
  public Page<Inbox.Parked> parked(@BeanParam Asked asked) {
    int limit = asked.limit();
    String position = asked.position();
    long after;
    try {
      after = position.isEmpty() ? 0 : Long.parseLong(position);
    } catch (NumberFormatException e) {
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }
    return Page.of(
        plane.inbox().parked(after, limit + 1), limit, parked -> Long.toString(parked.id()));
  }
}
