package io.homecloud.sharing.tls;

/** Where the certificate of this machine comes from. */
public interface Certificates {
  /**
   * The one to show now; made or renewed when it is time for that. The same again costs little. May
   * be called again after a kill at any instruction; one call at a time.
   */
  Found current();

  /** A certificate, or why there is none. */
  sealed interface Found {
    record Usable(ServerCertificate certificate) implements Found {}

    /** There is none: a sentence with the way out. */
    record Missing(String sentence) implements Found {}
  }
}
