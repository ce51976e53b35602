package io.homecloud.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.Copies.Bringing;
import io.homecloud.backup.restore.RestoreSpec.Overwrite;
import io.homecloud.backup.run.RunFiles.Whole;
import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.host.LocalHost;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreJobTest {
  private static final Copied LOST = new Copied.Not(Trouble.ConnectionLost, "lost");

  private final RestoreJob job = new RestoreJob(new LinkedTrees(new LocalHost()));
  private final UUID restore = UUID.randomUUID();
  @TempDir Path volume;

  private RestoreJob.Ended attempt(Function<Path, Copied> bring) throws IOException {
    Copies copies =
        (Copies)
            Proxy.newProxyInstance(
                Copies.class.getClassLoader(),
                new Class<?>[] {Copies.class},
                (_, _, arguments) -> bring.apply(((Bringing) arguments[0]).into()));
    Wanted all =
        new Wanted(
            new Name("files"), List.of(RelativePath.TOP), new Name("files"), RelativePath.TOP);
    return job.run(
        new RestoreJob.Order(
            restore, new Whole(copies, "copy"), all, Overwrite.never, false, volume),
        _ -> {},
        () -> false);
  }

  private static Copied begins(Path into) {
    write(into.resolve("a"));
    return LOST;
  }

  private static Copied goesOn(Path into) {
    boolean believed = Files.exists(into.resolve("a"));
    write(into.resolve(believed ? "believed" : "anew"));
    return new Copied.Done(new Contents(1, 1, 0, 0));
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatAnAttemptLeftIsGoneOnWith() throws IOException {
    // Given
    assertThat(attempt(RestoreJobTest::begins)).isInstanceOf(RestoreJob.Ended.Not.class);

    // When
    RestoreJob.Ended ended = attempt(RestoreJobTest::goesOn);

    // Then
    assertThat(ended).isInstanceOf(RestoreJob.Ended.Complete.class);
    assertThat(volume.resolve("believed")).exists();
    assertThat(volume.toFile().list()).containsExactlyInAnyOrder("a", "believed");
  }

  /** It may have its size and time there, and not its contents. */
  @Test
  void whatAnAttemptBeforeAPowerCutLeftIsNotBelieved() throws IOException {
    // Given
    assertThat(attempt(RestoreJobTest::begins)).isInstanceOf(RestoreJob.Ended.Not.class);
    Path beside = volume.resolve(".homecloud-restore-" + restore);
    Path of = beside.resolve("copying-" + ProcessIdentity.thisBoot());
    Files.move(of, beside.resolve("copying-of-an-earlier-boot"));

    // When
    RestoreJob.Ended ended = attempt(RestoreJobTest::goesOn);

    // Then
    assertThat(ended).isInstanceOf(RestoreJob.Ended.Complete.class);
    assertThat(volume.toFile().list()).containsExactly("anew");
  }
}
