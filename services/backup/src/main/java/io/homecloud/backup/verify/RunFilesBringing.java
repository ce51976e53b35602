package io.homecloud.backup.verify;

import io.homecloud.backup.rsync.Copied;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Out of a plain tree. */
public record RunFilesBringing(RunFiles files, Rsync rsync, Path own) implements Bringing {
  @Override
  public Copied bring(
      String id,
      Resource<RunSpec, RunStatus> run,
      Name volume,
      List<RelativePath> paths,
      Path into)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (RelativePath path : paths) {
      lines.writeBytes(path.bytes());
      lines.write(0);
    }
    PrivateDirectory.make(own);
    Path list = own.resolve(id + ".list");
    Path lock = own.resolve(id + ".lock");
    Files.write(list, lines.toByteArray());
    try {
      return rsync.persistently(
          new Copy(
              files.tree(run).resolve(volume.value()),
              into,
              List.of(),
              Optional.of(list),
              List.of(),
              List.of(),
              false,
              lock,
              false),
          _ -> {});
    } finally {
      Files.deleteIfExists(list);
      Files.deleteIfExists(lock);
    }
  }
}
