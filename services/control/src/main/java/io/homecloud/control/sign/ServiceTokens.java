package io.homecloud.control.sign;

/** Tokens with which one service asks another. */
@FunctionalInterface
public interface ServiceTokens {
  /** One that is good now, for a minute at least. */
  String token();
}
