package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Trouble;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is of the copy, and what is not: a proof calls files wrong for the one alone. */
class FailureParserTest {
  /** Of duplicity 2.1.4, with a volume that was taken away from the target. */
  private static final String WITHOUT_A_VOLUME =
      """
      Traceback (innermost last):
        File "/usr/lib/python3/dist-packages/duplicity/dup_main.py", line 810, in restore
          if not patchdir.Write_ROPaths(config.local_path, restore_get_patched_rop_iter(col_stats)):
                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        File "/usr/lib/python3/dist-packages/duplicity/dup_main.py", line 861, in restore_get_patched_rop_iter
          file_names.append(backup_set.volume_name_dict[vol_num])
                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^
       KeyError: 1
      """;

  @Test
  void aVolumeThatIsGoneIsDamage() {
    // When, Then
    assertThat(FailureParser.trouble(30, WITHOUT_A_VOLUME)).isEqualTo(Trouble.CopyDamaged);
    assertThat(FailureParser.trouble(19, "photos/a.jpg not found in archive - no files restored."))
        .isEqualTo(Trouble.SourceGone);
  }

  @Test
  void refusedIsOnlyWhatSaysSo() {
    // When, Then
    for (String refused :
        List.of(
            "Attempt of list Nr. 1 failed. BackendException: Bad status code 401 reason Unauthorized.",
            "WebDAV MKCOL /of/anna failed: 401 Unauthorized",
            "googleapi: Error 401: Invalid Credentials, authError",
            "An error occurred (SignatureDoesNotMatch) when calling the ListObjectsV2 operation: The request signature we calculated does not match the signature you provided.")) {
      assertThat(FailureParser.sentence(50, refused)).as(refused).contains("refuses");
    }
    for (String other :
        List.of(
            "Giving up after 5 attempts. OSError: duplicity-full.20261129T040130Z.vol3.difftar.gpg",
            "File \"/usr/lib/python3/dist-packages/duplicity/dup_main.py\", line 401, in write")) {
      assertThat(FailureParser.sentence(50, other)).as(other).doesNotContain("refuses");
    }
  }

  @Test
  void anotherHostKeyIsToldWithTheWayOut() {
    // Given: paramiko's words
    String errors =
        "ssh connection to root@127.0.0.1:2222 failed: Host key for server '[127.0.0.1]:2222' does not match: got 'AAAAC3', expected 'AAAAC4'";

    // When, Then
    assertThat(FailureParser.trouble(50, errors)).isEqualTo(Trouble.HostKeyChanged);
    assertThat(FailureParser.sentence(50, errors)).contains("knownHosts of the secret");
  }

  @Test
  void whatThisNodeLacksIsNotOfTheCopy() {
    // When, Then
    assertThat(
            FailureParser.trouble(35, "Temp space has 1 available, backup needs approx 272629760."))
        .isEqualTo(Trouble.NoRoomHere);
    assertThat(FailureParser.trouble(30, "ImportError: No module named paramiko"))
        .isEqualTo(Trouble.CopyFailed);
  }
}
