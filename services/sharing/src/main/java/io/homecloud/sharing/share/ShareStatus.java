package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a share.
 *
 * @param urls where clients find it, by protocol; only what can be used now
 * @param sessions how many clients are connected over SMB and WebDAV; NFS does not tell which share
 *     a client has
 * @param directory which one was there, volume and path: from then on it is not made again
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShareStatus(
    Urls urls,
    int sessions,
    @Nullable String directory,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** The condition that says that it can be used with less than was wished. */
  public static final String DEGRADED = "Degraded";

  /** The condition that says which deleted files are kept, where that is not all. */
  public static final String RECYCLE_BIN = "RecycleBin";

  /** The condition that says who does not find earlier versions, where those were wished. */
  public static final String PREVIOUS_VERSIONS = "PreviousVersions";

  /** Why it is not ready, or is degraded, when nobody who may use it can. */
  public static final String NOBODY = "NobodyCanUseIt";

  /** Why it is not ready when a server of its protocols does not serve it. */
  public static final String SERVER = "ServerNotReady";

  /**
   * Each is absent when it cannot be used.
   *
   * @param smb {@code smb://host/name}
   * @param nfs {@code nfs://host/name}
   * @param webdav {@code https://host/dav/name/}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Urls(@Nullable String smb, @Nullable String nfs, @Nullable String webdav) {
    static final Urls NONE = new Urls(null, null, null);
  }

  public ShareStatus {
    urls = urls == null ? Urls.NONE : urls;
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
