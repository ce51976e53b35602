package io.homecloud.control.api;

import io.homecloud.control.problem.CommonProblem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;
import org.jspecify.annotations.Nullable;

/**
 * Bodies are small, and JSON unless the method says what else it {@link Consumes}. Only methods
 * with an {@link InputStream} among their parameters take bodies of any size: they do not hold
 * them.
 */
public final class BodyRules {
  private static final int LARGEST = 1024 * 1024;

  private final Map<List<Object>, Rule> rules = new ConcurrentHashMap<>();

  /** What a method takes. */
  private enum Rule {
    JSON,
    OTHER,
    STREAM,
    OWN
  }

  @ServerRequestFilter
  public void apply(ContainerRequestContext request, SimpleResourceInfo target) {
    Rule rule = rule(target);
    if (rule == Rule.OWN) {
      return; // a stream that is looked at begins to receive
    }
    if (rule == Rule.STREAM) {
      request.setEntityStream(new Limited(request.getEntityStream(), Long.MAX_VALUE));
      return;
    }
    if (request.getLength() > LARGEST) {
      throw tooLarge();
    }
    if (rule == Rule.JSON && request.getLength() != 0 && !isJson(request)) {
      throw CommonProblem.MEDIA_TYPE_UNSUPPORTED.because(
          "Send JSON, with 'Content-Type: application/json'.");
    }
    request.setEntityStream(new Limited(request.getEntityStream(), LARGEST));
  }

  private Rule rule(SimpleResourceInfo target) {
    List<Class<?>> parameters = List.of(target.parameterTypes());
    return rules.computeIfAbsent(
        List.of(target.getResourceClass(), target.getMethodName(), parameters),
        _ -> {
          Method method;
          try {
            method =
                target
                    .getResourceClass()
                    .getMethod(target.getMethodName(), target.parameterTypes());
          } catch (NoSuchMethodException e) {
            return Rule.JSON;
          }
          if (method.isAnnotationPresent(Streamed.class)) {
            return Rule.OWN;
          }
          if (parameters.contains(InputStream.class)) {
            return Rule.STREAM;
          }
          return method.isAnnotationPresent(Consumes.class) ? Rule.OTHER : Rule.JSON;
        });
  }

  private static boolean isJson(ContainerRequestContext request) {
    @Nullable MediaType type;
    try {
      type = request.getMediaType();
    } catch (IllegalArgumentException e) { // not of the form of one
      return false;
    }
    return type == null
        || (type.getType().equals("application")
            && (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json")));
  }

  private static RuntimeException tooLarge() {
    return CommonProblem.BODY_TOO_LARGE.because("A JSON body is at most 1 MiB.");
  }

  /** A body that ends too late, or too early because its sender went away. */
  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long limit) {
      super(in);
      this.left = limit;
    }

    @Override
    public int read() {
      try {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
      } catch (IOException e) {
        throw brokenOff();
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        int count = super.read(buffer, offset, length);
        count(Math.max(count, 0));
        return count;
      } catch (IOException e) {
        throw brokenOff();
      }
    }

    private static RuntimeException brokenOff() {
      return CommonProblem.REQUEST_REFUSED.because("The connection ended before the body did.");
    }

    private void count(int bytes) {
      left -= bytes;
      if (left < 0) {
        throw tooLarge();
      }
    }
  }
}
