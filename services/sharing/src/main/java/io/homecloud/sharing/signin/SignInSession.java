package io.homecloud.sharing.signin;

import java.time.Instant;
import java.util.UUID;

/**
 * Somewhere where an account is signed in.
 *
 * @param account its identity
 * @param address that it was last used from
 * @param agent what the browser or program calls itself
 */
public record SignInSession(
    UUID id,
    UUID account,
    Instant createdAt,
    Instant usedAt,
    Instant expiresAt,
    String address,
    String agent) {}
