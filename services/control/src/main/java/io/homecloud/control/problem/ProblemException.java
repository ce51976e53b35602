package io.homecloud.control.problem;

import java.util.Map;
import java.util.TreeMap;

/** Ends a request with a problem. Thrown at the edge, where a result has to become an answer. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ProblemCode code;
  private final String detail;
  private final transient Map<String, Object> members = new TreeMap<>();

  ProblemException(ProblemCode code, String detail) {
    super(code.word() + ": " + detail, null, false, false);
    this.code = code;
    this.detail = detail;
  }

  /** Adds an extension member for programs, for example the holders of a busy volume. */
  public ProblemException with(String member, Object value) {
    members.put(member, value);
    return this;
  }

  public ProblemCode code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  public Map<String, Object> members() {
    return Map.copyOf(members);
  }
}
