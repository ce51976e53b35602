package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Trouble;
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
  void whatThisNodeLacksIsNotOfTheCopy() {
    // When, Then
    assertThat(
            FailureParser.trouble(35, "Temp space has 1 available, backup needs approx 272629760."))
        .isEqualTo(Trouble.NoRoomHere);
    assertThat(FailureParser.trouble(30, "ImportError: No module named paramiko"))
        .isEqualTo(Trouble.CopyFailed);
  }
}
