package io.homecloud.sharing.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.homecloud.control.api.Roles;

/** What somebody may do beside what shares grant. */
public enum Role {
  @JsonProperty(Roles.ADMINISTRATOR)
  ADMINISTRATOR(Roles.ADMINISTRATOR),
  @JsonProperty(Roles.MEMBER)
  MEMBER(Roles.MEMBER);

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /** As tokens name it. */
  public String word() {
    return word;
  }
}
