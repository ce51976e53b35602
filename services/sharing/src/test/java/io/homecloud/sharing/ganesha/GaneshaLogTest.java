package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as Ganesha 5.9 wrote them. */
class GaneshaLogTest {
  private static final String EVENT =
      "26/11/2026 00:27:33 : epoch 6b077cf5 : nas : nfs-ganesha-30666[main] nfs_start :NFS STARTUP :EVENT :             NFS SERVER INITIALIZED";
  private static final String CRITICAL =
      "26/11/2026 00:27:33 : epoch 6b077cf5 : nas : nfs-ganesha-30666[main] config_errs_to_log :CONFIG :CRIT :Config File (/g.conf:28): 1 validation errors in block MDCACHE";
  private static final String FATAL =
      "26/11/2026 00:27:34 : epoch 6b077cf5 : nas : nfs-ganesha-30666[main] main :NFS STARTUP :FATAL :Fatal errors.  Server exiting...";

  @Test
  void complaintsAreItsWordsWithoutTimeAndPlace() {
    // When
    List<String> complaints = GaneshaLog.complaints(List.of(EVENT, CRITICAL, FATAL));

    // Then
    assertThat(complaints)
        .containsExactly(
            "Config File (/g.conf:28): 1 validation errors in block MDCACHE",
            "Fatal errors.  Server exiting...");
  }

  @Test
  void withoutComplaintsAllIsSaid() {
    // Given
    List<String> lines = List.of("ganesha.nfsd: symbol lookup error");

    // When
    List<String> complaints = GaneshaLog.complaints(lines);

    // Then
    assertThat(complaints).isEqualTo(lines);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[svc_2] nfs4_op_setclientid_confirm :CLIENT ID :DEBUG :SETCLIENTID_CONFIRM client addr=::ffff:127.0.0.1 clientid=Epoch=0x6b078257 Counter=0x00000001",
        "[svc_2] nfs4_op_create_session :CLIENT ID :INFO :CREATE_SESSION client addr=::ffff:127.0.0.1 clientid=Epoch=0x6b078257",
        "[svc_2] rpc :TIRPC :EVENT :svc_vc_wait: 0x7f6560000d90 fd 16 recv errno 104 (will set dead)",
        "[reaper] nfs_client_id_expire :CLIENT ID :DEBUG :Expiring {0x7f65500031a0 ClientID={Epoch=0x6b078257 Counter=0x00000001}}"
      })
  void clientsThatComeAndGoAreNoticed(String line) {
    // When
    boolean noticed = GaneshaLog.ofClients(line);

    // Then
    assertThat(noticed).isTrue();
    assertThat(GaneshaLog.ofClients(EVENT)).isFalse();
  }
}
