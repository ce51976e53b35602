package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With lines of Ganesha 5.9. */
class AccessTrailTest {
  private static final Instant NOW = Instant.parse("2026-11-26T03:49:17Z");
  private static final Name DOCS = new Name("docs");
  private static final String ROOT = "43000007124434116db44eec82bd0158609800f3bd33e1";

  private final List<Access> heard = new ArrayList<>();
  private final AccessTrail trail = new AccessTrail(heard::add);

  @BeforeEach
  void follow() {
    trail.of(4547);
    trail.follow(Map.of(7, DOCS));
  }

  private static String line(String thread, String text) {
    return "26/11/2026 03:49:17 : epoch 6b07ac3c : vm : nfs-ganesha-4547[::ffff:192.0.2.7] [%s] %s"
        .formatted(thread, text);
  }

  private void hear(String thread, String... texts) {
    for (String text : texts) {
      trail.hear(line(thread, text), NOW);
    }
  }

  private static Access access(String action, String path, String result) {
    return new Access(NOW, Protocol.NFS, DOCS, null, "192.0.2.7", action, path, result);
  }

  @Test
  void version3SaysWhatWasAsked() {
    // When
    hear(
        "svc_2",
        "nfs3_create :NFS3 :DEBUG :REQUEST PROCESSING: Calling NFS3_CREATE File Handle V3: Len=24 0x"
            + ROOT
            + "00 name: a b.txt",
        "nfs3_rename :NFS3 :DEBUG :REQUEST PROCESSING: Calling NFS3_RENAME File Handle V3: Len=24 0x"
            + ROOT
            + "00 name name1 to File Handle V3: Len=24 0x"
            + ROOT
            + "00 name c.txt",
        "nfs3_getattr :NFS3 :DEBUG :REQUEST PROCESSING: Calling NFS3_GETATTR File Handle V3: Len=24 0x"
            + ROOT
            + "00");

    // Then
    assertThat(heard)
        .containsExactly(access("CREATE", "a b.txt", "asked"), access("RENAME", "c.txt", "asked"));
  }

  @Test
  void version4SaysWhatCameOfIt() {
    // When
    String handle = "nfs4_Is_Fh_Invalid :FH :F_DBG :NFS4 Handle (23:0x" + ROOT + ")";
    hear(
        "svc_8",
        "process_one_op :NFS4 :DEBUG :Request 3: opcode 18 is OP_OPEN",
        handle,
        "mdc_lookup :MDCACHE :F_DBG :Lookup b.txt",
        "mdc_lookup :MDCACHE :F_DBG :Try again b.txt");
    hear(
        "svc_2",
        "process_one_op :NFS4 :DEBUG :Request 2: opcode 6 is OP_CREATE",
        handle,
        "mdcache_alloc_and_check_handle :MDCACHE :F_DBG :mkdir Created entry 0x7f950c00e650 FSAL VFS for dir|x",
        "complete_op :NFS4 :DEBUG :Status of OP_CREATE in position 2 = NFS4_OK, op response size is 48 total response size is 192");
    hear(
        "svc_8",
        "complete_op :NFS4 :DEBUG :Status of OP_OPEN in position 3 = NFS4ERR_EXIST, op response size is 4 total response size is 164",
        "process_one_op :NFS4 :DEBUG :Request 4: opcode 29 is OP_RENAME",
        handle,
        "mdc_lookup :MDCACHE :F_DBG :Lookup b.txt",
        "mdc_lookup :MDCACHE :F_DBG :Lookup c.txt",
        "complete_op :NFS4 :DEBUG :Status of OP_RENAME in position 4 = NFS4_OK, op response size is 56 total response size is 216");

    // Then
    assertThat(heard)
        .containsExactly(
            access("CREATE", "dir|x", "NFS4_OK"),
            access("OPEN", "b.txt", "NFS4ERR_EXIST"),
            access("RENAME", "b.txt -> c.txt", "NFS4_OK"));
  }

  @Test
  void ofOtherExportsAndProcessesNothingIsHeard() {
    // Given
    String asked =
        "nfs3_remove :NFS3 :DEBUG :REQUEST PROCESSING: Calling NFS3_REMOVE File Handle V3: Len=24 0x%s00 name: x";

    // When
    hear("svc_2", asked.formatted(ROOT.replace("43000007", "43000008")));
    trail.hear(line("svc_2", asked.formatted(ROOT)).replace("-4547[", "-4548["), NOW);

    // Then
    assertThat(heard).isEmpty();
    hear("svc_2", asked.formatted(ROOT));
    assertThat(heard).hasSize(1);
  }

  @Test
  void noneOfTheseLinesIsKept() {
    // Given
    Predicate<String> kept = GaneshaLog.withoutAccesses();
    String event =
        line("main", "nfs_start :NFS STARTUP :EVENT :             NFS SERVER INITIALIZED");

    // When
    List<Boolean> lines =
        List.of(
            kept.test(event),
            kept.test(line("svc_2", "mdc_lookup :MDCACHE :F_DBG :Lookup secret")),
            kept.test(" second line of a name"),
            kept.test(line("svc_2", "op :NFS4 :DEBUG :name=secret")),
            kept.test(event));

    // Then
    assertThat(lines).containsExactly(true, false, false, false, true);
  }
}
