package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.homecloud.sharing.serving.Level;

/** What a guest may do with a link. */
public enum LinkMode {
  /** Look, in the browser. */
  @JsonProperty("view")
  VIEW(Level.READ),
  /** Look and take away, a file or all as one zip. */
  @JsonProperty("download")
  DOWNLOAD(Level.READ),
  /** Bring files, and see nothing. */
  @JsonProperty("upload")
  UPLOAD(Level.WRITE);

  private final Level needed;

  LinkMode(Level needed) {
    this.needed = needed;
  }

  /** What who makes such a link has to be allowed, as long as the link is to work. */
  Level needed() {
    return needed;
  }
}
