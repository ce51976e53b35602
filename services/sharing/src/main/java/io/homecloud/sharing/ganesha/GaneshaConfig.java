package io.homecloud.sharing.ganesha;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * ganesha.conf, whole.
 *
 * @param mountPort 0 for any
 * @param version3 whether NFS 3 is served too
 * @param accesses whether it tells what clients do
 * @param exports volumes' own first: the first that shows a file system is how all others reach it
 */
record GaneshaConfig(
    Path directory,
    int port,
    int mountPort,
    String address,
    boolean version3,
    boolean accesses,
    List<Export> exports) {
  /** What {@link AccessTrail} reads, by parts of Ganesha. */
  private static final Map<String, String> TELLING =
      new TreeMap<>(
          Map.of(
              "NFSPROTO", "DEBUG",
              "NFS_V4", "DEBUG",
              "FILEHANDLE", "FULL_DEBUG",
              "MDCACHE", "FULL_DEBUG"));

  /** Relative to the directory, in which the programs run: paths of sockets are short. */
  static final String BUS_SOCKET = "bus";

  GaneshaConfig {
    exports = List.copyOf(exports);
  }

  /** How much each part of Ganesha tells that does not always tell the same. */
  Map<String, String> levels() {
    Map<String, String> levels = new TreeMap<>(TELLING);
    if (!accesses) {
      levels.replaceAll((_, _) -> "EVENT");
    }
    return levels;
  }

  /**
   * Locks of NFS 3 (NLM) are not offered: they need a daemon more, statd, and hold nobody off who
   * uses SMB. A client that was away has 20 seconds to take back what it had open, and so has
   * everybody to wait after a restart if there was such a client. A few lines of CLIENTID tell when
   * clients of NFS 4 come and go; nothing tells it of NFS 3. Files are closed seconds after their
   * last use, for who deletes one over SMB wants its space back. That Ganesha 6 may ask the kernel
   * for more memory in need (PR_SET_IO_FLUSHER) takes CAP_SYS_RESOURCE, which containers lack; it
   * is for who mounts its own exports. Ganesha 5 knows nothing of it, and says so in its log.
   */
  String text() {
    return """
    # Written by homecloud from what is wished; changes by hand are undone.
    NFS_CORE_PARAM {
      NFS_Port = %d;
      MNT_Port = %d;
      Protocols = %s;
    %s  Enable_NLM = false;
      Enable_RQUOTA = false;
      Enable_UDP = false;
      mount_path_pseudo = true;
      allow_set_io_flusher_fail = true;
      heartbeat_freq = 0;
      RPC_Ioq_ThrdMax = 32;
      DRC_TCP_Size = 256;
      Enable_NFS_Stats = true;
    }
    NFSv4 {
      Minor_Versions = 0, 1, 2;
      Graceless = false;
      Lease_Lifetime = 20;
      Grace_Period = 20;
      RecoveryBackend = fs;
      RecoveryRoot = "%s/recovery";
      Only_Numeric_Owners = true;
      Delegations = false;
    }
    NFS_KRB5 {
      Active_krb5 = false;
    }
    MDCACHE {
      Entries_HWMark = 20000;
      Chunks_HWMark = 200;
      Chunks_LWMark = 200;
      Cache_FDs = false;
      LRU_Run_Interval = 5;
    }
    LOG {
      Default_Log_Level = EVENT;
      FORMAT {
        CLIENTIP = true;
        FILE_NAME = false;
        LINE_NUM = false;
      }
      COMPONENTS {
        CLIENTID = DEBUG;
    %s  }
    }
    """
            .formatted(
                port,
                mountPort,
                version3 ? "3, 4" : "4",
                address.isEmpty() ? "" : "  Bind_addr = " + address + ";\n",
                Export.quotable(directory),
                levels().entrySet().stream()
                    .map(level -> "    %s = %s;\n".formatted(level.getKey(), level.getValue()))
                    .collect(Collectors.joining()))
        + exports.stream().map(Export::text).collect(Collectors.joining());
  }
}
