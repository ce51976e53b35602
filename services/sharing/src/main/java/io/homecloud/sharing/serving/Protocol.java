package io.homecloud.sharing.serving;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a share can be reached. */
public enum Protocol {
  @JsonProperty("smb")
  SMB,
  @JsonProperty("nfs")
  NFS,
  @JsonProperty("webdav")
  WEBDAV
}
