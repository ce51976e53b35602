package io.homecloud.sharing.volume;

/** Tokens with which sharing asks other services. */
@FunctionalInterface
public interface ServiceTokens {
  /** One that is good now, for a minute at least. */
  String token();
}
