package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.engine.SshIdentity;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.search.SumFile;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository on another machine that a second node of this installation opens. */
class SshEngineIT {
  @TempDir Path directory;

  /** The machine's key. */
  private String key = "";

  private String fingerprint = "";
  private SshEngine engine;

  @BeforeEach
  void makeKeyOfTheMachine() throws IOException {
    String _ = Shell.in(directory, "ssh-keygen -q -t ed25519 -N '' -f machine");
    key = Files.readString(directory.resolve("machine.pub"));
    fingerprint = Shell.in(directory, "ssh-keygen -l -f machine.pub | cut -d ' ' -f 2");
    StreamHost host = new RefusingMachine();
    engine =
        new SshEngine(
            host,
            new Rsync(host),
            new MarkFiles(new ObjectMapper()),
            directory.resolve("secrets/pair"),
            directory.resolve("own"),
            run -> new SumFile(directory.resolve(run.toString())),
            () -> Instant.MAX);
  }

  /** A machine that shows its key and lets nobody in. */
  private final class RefusingMachine implements StreamHost {
    private final LocalHost host = new LocalHost();

    @Override
    public HostResult run(HostCommand command) {
      return run(command, new byte[0]);
    }

    @Override
    public HostResult run(HostCommand command, byte[] input) {
      return switch (command.argv().getFirst()) {
        case "ssh-keyscan" -> new HostResult.Exited(0, "nearby " + key, "");
        case "ssh" -> new HostResult.Exited(255, "", "root@nearby: Permission denied (publickey).");
        default -> host.run(command, input);
      };
    }

    @Override
    public HostResult read(HostCommand command, OutputReader reader) throws IOException {
      return host.read(command, reader);
    }

    @Override
    public HostResult write(HostCommand command, InputWriter writer) throws IOException {
      return host.write(command, writer);
    }
  }

  private static Resource<RepositorySpec, RepositoryStatus> knownBy(String hostKey) {
    return new Resource<>(
        BackupKinds.REPOSITORY.name(),
        new Metadata(new Name("far"), new UUID(0, 1), 1, 1, Map.of(), Instant.EPOCH, "test", null),
        "a",
        null,
        new RepositorySpec(
            RepositorySpec.Engine.rsync,
            "ssh://root@nearby/copies",
            null,
            null,
            null,
            null,
            null,
            null,
            null),
        new RepositoryStatus(
            null,
            null,
            null,
            null,
            null,
            new SshIdentity("ssh-ed25519 of-another-node", List.of(hostKey)),
            1,
            List.of()));
  }

  @Test
  void aMachineThatAnotherNodeKnowsIsBelievedByNoOtherKey() {
    // Given
    String known = "SHA256:" + "A".repeat(43) + " (ED25519)";

    // When
    Opened opened = engine.open(knownBy(known));

    // Then
    assertThat(opened)
        .isInstanceOfSatisfying(
            Opened.Not.class,
            not -> {
              assertThat(not.reason()).isEqualTo("HostKeyChanged");
              assertThat(not.sentence()).contains(fingerprint, known, "spec.hostKey");
            });
    assertThat(engine.identity(knownBy(known)).orElseThrow().hostKeys()).containsExactly(known);
  }

  @Test
  void whoIsNotLetInIsToldTheKeyOfThisNode() throws IOException {
    // When
    Opened opened = engine.open(knownBy(fingerprint + " (ED25519)"));

    // Then
    String ours = Files.readString(directory.resolve("secrets/pair.pub")).strip();
    assertThat(opened)
        .isInstanceOfSatisfying(
            Opened.Not.class,
            not -> {
              assertThat(not.reason()).isEqualTo("KeyRefused");
              assertThat(not.sentence()).contains(ours, "authorized_keys of root");
            });
  }
}
