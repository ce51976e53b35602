package io.homecloud.control.wish;

import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Status;

/** A kind whose wishes refer to secrets. */
public record SecretOffer<S, T extends Status>(Kind<S, T> kind, SecretUse<S, T> use) {}
