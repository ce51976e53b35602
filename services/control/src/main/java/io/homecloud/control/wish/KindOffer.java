package io.homecloud.control.wish;

import io.homecloud.control.api.Admission;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Status;

/** A kind that a service has, and who decides what may be wished of it. */
public record KindOffer<S, T extends Status>(Kind<S, T> kind, Admission<S, T> admission) {}
