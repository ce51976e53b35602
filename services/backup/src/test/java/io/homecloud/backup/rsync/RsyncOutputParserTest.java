package io.homecloud.backup.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.RunMark.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real rsyncs said, recorded. */
class RsyncOutputParserTest {
  private static byte[] recorded(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RsyncOutputParserTest.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  @Test
  void progressAndSumsAreRead() throws IOException {
    // Given
    List<CopyProgress> told = new ArrayList<>();
    RsyncOutputParser parser = new RsyncOutputParser(told::add);
    byte[] output = recorded("rsync-3.5.0-copy.txt");

    // When: in whatever pieces it comes
    for (int i = 0; i < output.length; i++) {
      parser.accept(new byte[] {output[i]}, 1);
    }

    // Then
    assertThat(parser.contents()).isEqualTo(new Contents(6, 1200000, 3, 900000));
    assertThat(told).contains(new CopyProgress(32768, 0, 0, 0));
    assertThat(told.getLast()).isEqualTo(new CopyProgress(900000, 3, 6, 6, true, 1192052));
  }

  @ParameterizedTest
  @CsvSource({
    "11, 'rsync: [receiver] write failed on \"/mnt/x/large\": No space left on device (28)', TargetFull",
    "11, 'rsync: [receiver] mkstemp \"/mnt/.a.x\" failed: Disk quota exceeded (122)', TargetFull",
    "11, 'rsync: [Receiver] mkdir \"/mnt/x\" failed: Read-only file system (30)', TargetReadOnly",
    "23, 'rsync: [sender] link_stat \"/a/b\" failed: No such file or directory (2)', SourceGone",
    "23, 'rsync: [sender] read errors mapping \"/a/b\": Input/output error (5)', CopyFailed",
    "23, 'rsync: [receiver] rsync_xal_set: fsetxattr(\"/mnt/x\",\"user.long\") failed: No space left on device (28)', CopyFailed",
    "23, 'rsync: [generator] get_acl: sys_acl_get_file(p/x, ACL_TYPE_DEFAULT): Permission denied (13)', Interrupted",
    "137, '', Interrupted",
    "10, 'rsync: [sender] write error: Broken pipe (32)', Interrupted",
    "30, '[sender] io timeout after 120 seconds -- exiting', Interrupted",
    "12, 'rsync error: error in rsync protocol data stream (code 12) at io.c(232)', Interrupted",
    "75, '', TargetBusy"
  })
  void failuresAreToldApart(int code, String errors, Trouble trouble) {
    // When, Then
    assertThat(RsyncFailureParser.trouble(code, errors)).isEqualTo(trouble);
  }
}
