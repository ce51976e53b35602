package io.homecloud.storage.catalogue;

import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a document of a catalogue says, checked as far as a document can be checked by itself.
 *
 * @param installation whose it was, empty when it does not say
 * @param createdAt not after now
 */
public record Noted<S>(
    Optional<InstallationId> installation,
    UUID uid,
    Name name,
    Map<String, String> labels,
    S spec,
    long generation,
    Instant createdAt,
    String createdBy,
    Optional<UUID> parent,
    boolean released) {
  /** The same of something else that was made of it. */
  public <U> Noted<U> of(Name other, U otherSpec) {
    return new Noted<>(
        installation,
        uid,
        other,
        labels,
        otherSpec,
        generation,
        createdAt,
        createdBy,
        parent,
        released);
  }
}
