package io.homecloud.sharing.serving;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What SMB asks of clients of a share. */
public record SmbRule(Encryption encryption, Dialect minimum) {
  public static final SmbRule DEFAULT = new SmbRule(Encryption.OFFERED, Dialect.SMB3);

  /** Whether what goes over the wire is encrypted. */
  public enum Encryption {
    @JsonProperty("offered")
    OFFERED,
    @JsonProperty("required")
    REQUIRED
  }

  /** The oldest dialect that is spoken. Servers have one for all shares: the lowest wished. */
  public enum Dialect {
    @JsonProperty("2.1")
    SMB21,
    @JsonProperty("3")
    SMB3
  }
}
