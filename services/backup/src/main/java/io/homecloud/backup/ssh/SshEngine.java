package io.homecloud.backup.ssh;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.engine.SshIdentity;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.run.CopySums;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.tree.RepositoryMark;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Plain trees in a directory of another machine. */
public final class SshEngine {
  private static final Logger LOG = Logger.getLogger(SshEngine.class);
  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");
  private static final int LOOKED = 5;

  private final StreamHost host;
  private final Rsync rsync;
  private final MarkFiles marks;
  private final SshKeys keys;
  private final Path own;
  private final CopySums sums;
  private final Supplier<Instant> latest;

  /**
   * @param pair the private key of this installation; made when it is needed first. Beside it are
   *     the keys of machines, so that a copy of the installation has them too: after a recovery
   *     nobody else is believed
   * @param own a directory for what is needed for a moment
   * @param latest no copy can have been made later
   */
  public SshEngine(
      StreamHost host,
      Rsync rsync,
      MarkFiles marks,
      Path pair,
      Path own,
      CopySums sums,
      Supplier<Instant> latest) {
    this.host = host;
    this.rsync = rsync;
    this.marks = marks;
    this.keys = new SshKeys(host, pair, pair.resolveSibling(pair.getFileName() + "-hosts"));
    keys.takeOver(own.resolve("ssh"));
    this.own = own;
    this.sums = sums;
    this.latest = latest;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException URL_REFUSED or VALUE_INVALID
   */
  public static void check(RepositorySpec spec) {
    SshUrl _ = SshUrl.parse(spec.url());
    String key = spec.hostKey();
    if (key != null && !FINGERPRINT.matcher(key).matches()) {
      throw BackupProblem.VALUE_INVALID.because(
          "spec.hostKey is a fingerprint as ssh-keygen -l shows it, SHA256: and 43 characters.");
    }
  }

  private FarSide far(Resource<RepositorySpec, RepositoryStatus> repository) {
    return new FarSide(host, keys, repository.uid(), SshUrl.parse(repository.spec().url()), latest);
  }

  /** Who we are there, and who it is to us. */
  public Optional<SshIdentity> identity(Resource<RepositorySpec, RepositoryStatus> repository) {
    try {
      return Optional.of(new SshIdentity(keys.publicKey(), fingerprints(repository)));
    } catch (IOException e) {
      LOG.warnf("keys of repository %s: %s", repository.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /** As pinned here, or on the node that has had it before. */
  private List<String> fingerprints(Resource<RepositorySpec, RepositoryStatus> repository)
      throws IOException {
    List<String> pinned = keys.pinnedFingerprints(repository.uid());
    RepositoryStatus status = repository.status();
    SshIdentity before = status == null ? null : status.ssh();
    return pinned.isEmpty() && before != null ? before.hostKeys() : pinned;
  }

  public Opened open(Resource<RepositorySpec, RepositoryStatus> repository) {
    FarSide far = far(repository);
    try {
      believe(repository, far.url());
      List<String> look = far.ask("look");
      if (look.size() < LOOKED + 1) {
        return new Opened.Not("Unreadable", far.url().title() + " does not answer as it should.");
      }
      String missing = look.get(LOOKED);
      if (!missing.isEmpty()) {
        return new Opened.Not(
            "ToolMissing", "There is no " + missing + " on " + far.url().title() + ".");
      }
      return switch (look.getFirst()) {
        case "missing", "empty" -> new Opened.Empty();
        case "here" -> here(far, look);
        case "full" ->
            new Opened.Not(
                "NotEmpty",
                far.url().directory() + " has other files; give an empty directory or a new one.");
        default -> new Opened.Not("NotADirectory", far.url().directory() + " is not a directory.");
      };
    } catch (EngineTrouble e) {
      return new Opened.Not(e.trouble().name(), e.sentence());
    } catch (IOException e) {
      return new Opened.Not("Unreadable", "It cannot be read: " + e.getMessage());
    }
  }

  private Opened here(FarSide far, List<String> look) {
    Optional<RepositoryMark> mark = marks.parse(look.get(4), RepositoryMark.class);
    if (mark.isEmpty() || mark.get().format() > RepositoryDirectory.newestFormat()) {
      return new Opened.Not("FormatUnknown", "A newer homecloud has written it.");
    }
    boolean root = look.get(1).equals("0");
    long free = look.get(3).matches("[0-9]{1,18}") ? Long.parseLong(look.get(3)) : 0;
    return new Opened.Here(
        new FarCopies(
            far,
            host,
            rsync,
            marks,
            own,
            sums,
            new FarCopies.Facts(mark.get(), root, look.get(2), free)));
  }

  /** Pins the keys of the machine, once; that one alone when somebody says which one is right. */
  private void believe(Resource<RepositorySpec, RepositoryStatus> repository, SshUrl url)
      throws IOException {
    String _ = keys.publicKey();
    String wanted = repository.spec().hostKey();
    UUID uid = repository.uid();
    String right = right(keys.known(uid), wanted);
    if (right.isEmpty()) {
      String shown = keys.shown(url);
      // Another node may know the machine already: then nobody else is believed here either.
      List<String> known = wanted == null ? fingerprints(repository) : List.of(wanted);
      right = known.isEmpty() ? shown : keys.only(shown, known);
      if (right.isEmpty()) {
        throw new EngineTrouble(
            Trouble.HostKeyChanged,
            "%s shows the host keys %s, and none is %s; nothing is sent to it."
                .formatted(
                    url.title(),
                    String.join(", ", keys.fingerprints(shown)),
                    wanted == null
                        ? "among those by which another node knows it ("
                            + String.join(", ", known)
                            + "); when you know that it is right, set spec.hostKey"
                        : "the one of spec.hostKey"));
      }
    }
    keys.pin(uid, right);
  }

  private String right(String all, @Nullable String wanted) throws IOException {
    return wanted == null ? all : keys.only(all, List.of(wanted));
  }

  public Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository, UUID installation, Instant now) {
    FarSide far = far(repository);
    try {
      List<String> _ =
          far.give(
              marks.text(
                  new RepositoryMark(
                      RepositoryDirectory.newestFormat(), repository.uid(), installation, now)),
              "make",
              RepositoryDirectory.README);
      return open(repository);
    } catch (EngineTrouble e) {
      return new Opened.Not(e.trouble().name(), e.sentence());
    } catch (IOException e) {
      return new Opened.Not("NotWritable", "It cannot be begun there: " + e.getMessage());
    }
  }

  public void forget(Resource<RepositorySpec, RepositoryStatus> repository) {
    keys.forget(repository.uid());
  }
}
