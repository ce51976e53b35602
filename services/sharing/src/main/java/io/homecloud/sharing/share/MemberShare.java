package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.share.ShareStatus.Urls;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A share as members see it: what it is called, where it is and what they may do there, each where
 * administrators find it too. Of others, of volumes and of machines it says nothing.
 */
@Schema
record MemberShare(Called metadata, Shown spec, Mine status) {
  /** How a share is called. */
  @Schema
  record Called(Name name) {}

  /** What people read. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema
  record Shown(@Nullable String displayName) {}

  /**
   * What a member may do with a share.
   *
   * @param urls where clients find it, by protocol; only what can be used now
   */
  @Schema
  record Mine(Level level, Urls urls) {}

  static MemberShare of(Resource<ShareSpec, ShareStatus> share, Level level) {
    ShareStatus status = share.status();
    return new MemberShare(
        new Called(share.name()),
        new Shown(share.spec().displayName()),
        new Mine(level, status == null ? Urls.NONE : status.urls()));
  }
}
