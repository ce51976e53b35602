package io.homecloud.sharing.serving;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What somebody may do with the files of a share; in rising order. */
public enum Level {
  @JsonProperty("none")
  NONE,
  @JsonProperty("read")
  READ,
  @JsonProperty("write")
  WRITE
}
