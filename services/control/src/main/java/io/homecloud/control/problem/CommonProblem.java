package io.homecloud.control.problem;

/** Problems that every service has. */
public enum CommonProblem implements ProblemCode {
  NAME_INVALID(400, "The name cannot be used"),
  QUANTITY_INVALID(400, "The size cannot be read"),
  BODY_INVALID(400, "The body cannot be read"),
  BODY_TOO_LARGE(413, "The body is too large"),
  PARAMETER_INVALID(400, "A parameter cannot be used"),
  FIELD_IMMUTABLE(422, "A field cannot be changed"),
  UNAUTHENTICATED(401, "Sign in first"),
  FORBIDDEN(403, "This role may not do that"),
  NOT_FOUND(404, "There is no such resource"),
  METHOD_NOT_ALLOWED(405, "This cannot be done here"),
  MEDIA_TYPE_UNSUPPORTED(415, "This media type is not understood"),
  NOT_ACCEPTABLE(406, "No such representation"),
  REQUEST_REFUSED(400, "The request cannot be answered"),
  NAME_TAKEN(409, "The name is taken"),
  BEING_DELETED(409, "The resource is being deleted"),
  REVISION_MISMATCH(412, "The resource has changed meanwhile"),
  KEY_REUSED(422, "The idempotency key belongs to another request"),
  EVENTS_GONE(410, "Events that old are no longer kept"),
  CONTINUE_INVALID(400, "The continue token cannot be used"),
  FIELD_OWNED(409, "Somebody else has set that"),
  CLUSTER_AWAY(503, "The Kubernetes API does not answer"),
  DATABASE_AWAY(503, "The database does not answer"),
  NODE_AWAY(503, "The node does not answer"),
  MISDIRECTED(421, "The request came to the wrong node"),
  NOT_OF_THIS_NODE(421, "Another node has it"),
  INTERNAL(500, "Something went wrong in homecloud");

  private final int status;
  private final String title;

  CommonProblem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** What an HTTP status says by itself. */
  static CommonProblem of(int status) {
    return switch (status) {
      case 401 -> UNAUTHENTICATED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 413 -> BODY_TOO_LARGE;
      case 415 -> MEDIA_TYPE_UNSUPPORTED;
      default -> status >= 500 ? INTERNAL : REQUEST_REFUSED;
    };
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String title() {
    return title;
  }
}
