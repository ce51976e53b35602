package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Shape;
import org.jspecify.annotations.Nullable;

/**
 * How copies are encrypted before they leave this node.
 *
 * @param mode by what: none, a passphrase (symmetric) or OpenPGP (keys)
 * @param keyRef the secret with the passphrase, or with the OpenPGP keys
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Encryption(
    @Shape(fixed = "make another repository instead") Mode mode, @Nullable Name keyRef) {
  /** By what. */
  public enum Mode {
    /** Not at all: whoever has the target reads everything. */
    none,
    /** By a passphrase. */
    symmetric,
    /** To a key of OpenPGP; without its private part nothing can be brought back. */
    keys
  }
}
