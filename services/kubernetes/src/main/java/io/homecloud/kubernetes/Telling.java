package io.homecloud.kubernetes;

import io.homecloud.control.problem.CommonProblem;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the Kubernetes API says, in the words of our own API. */
final class Telling {
  private Telling() {}

  /** Does it; what it is answered with becomes a problem. */
  static <R> R asked(Supplier<R> request) {
    try {
      return request.get();
    } catch (ApiAway away) {
      throw CommonProblem.CLUSTER_AWAY.because(
          "Wishes are kept by Kubernetes, whose API does not answer now ("
              + away.getMessage()
              + "). Try again later.");
    } catch (ApiRefused refused) {
      throw problem(refused);
    }
  }

  private static RuntimeException problem(ApiRefused refused) {
    if (!refused.owned().isEmpty()) {
      return CommonProblem.FIELD_OWNED
          .because(
              refused.owned().stream()
                  .map(owned -> Applied.sentence(owned.manager(), owned.field()))
                  .collect(Collectors.joining(" ")))
          .with("conflicts", refused.owned());
    }
    return switch (refused.code()) {
      case ApiRefused.INVALID, 400 -> CommonProblem.BODY_INVALID.because(refused.sentence());
      case ApiRefused.NOT_FOUND ->
          CommonProblem.CLUSTER_AWAY.because(
              "Kubernetes does not know this kind now: " + refused.sentence());
      default -> CommonProblem.CLUSTER_AWAY.because("Kubernetes refuses: " + refused.sentence());
    };
  }
}
