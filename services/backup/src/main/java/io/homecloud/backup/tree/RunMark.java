package io.homecloud.backup.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a copy says of itself, in {@code homecloud-run.json} at its top. In a repository that comes
 * from elsewhere anybody may have written it.
 *
 * @param uid of the run
 * @param installation whose it is
 * @param startedAt the instant that it shows, more or less
 * @param looked absent in copies of before that was noted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunMark(
    int format,
    UUID uid,
    Name name,
    Name plan,
    UUID installation,
    String node,
    Instant startedAt,
    Instant completedAt,
    List<Origin> sources,
    Contents contents,
    @Nullable Looked looked) {
  public static final int FORMAT = 1;

  /** No directory in a copy is called so: those have the names of volumes. */
  public static final String FILE = "homecloud-run.json";

  public RunMark {
    Stream.of(uid, name, plan, installation, node, startedAt, completedAt, contents)
        .forEach(Objects::requireNonNull);
    sources = List.copyOf(sources);
  }

  /** Before it is known how it was found out what to copy. */
  public RunMark(
      int format,
      UUID uid,
      Name name,
      Name plan,
      UUID installation,
      String node,
      Instant startedAt,
      Instant completedAt,
      List<Origin> sources,
      Contents contents) {
    this(
        format,
        uid,
        name,
        plan,
        installation,
        node,
        startedAt,
        completedAt,
        sources,
        contents,
        null);
  }

  public RunMark looking(Looked how) {
    return new RunMark(
        format,
        uid,
        name,
        plan,
        installation,
        node,
        startedAt,
        completedAt,
        sources,
        contents,
        how);
  }

  /**
   * A volume, or a part of it, that was copied.
   *
   * @param volumeUid absent in what duplicity alone tells of a copy
   * @param path in the volume, percent-encoded; empty for all of it
   * @param owner {@code uid:gid} of the volume
   * @param mode octal, of its root; as all of what is null, absent in copies of before that was
   *     noted
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Origin(
      Name volume,
      @Nullable UUID volumeUid,
      String path,
      @Nullable String owner,
      @Nullable String mode) {
    public Origin {
      Stream.of(volume, path).forEach(Objects::requireNonNull);
    }
  }

  /**
   * How much it is.
   *
   * @param files all that are in the copy, directories and the like among them
   * @param bytes of its regular files
   * @param filesCopied how many of these had changed and were copied
   * @param bytesCopied how many bytes that were
   */
  public record Contents(long files, long bytes, long filesCopied, long bytesCopied) {
    public static final Contents NONE = new Contents(0, 0, 0, 0);

    public Contents plus(Contents other) {
      return new Contents(
          files + other.files,
          bytes + other.bytes,
          filesCopied + other.filesCopied,
          bytesCopied + other.bytesCopied);
    }
  }
}
