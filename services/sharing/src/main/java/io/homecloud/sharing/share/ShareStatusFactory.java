package io.homecloud.sharing.share;

import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.share.ShareVerdict.State;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every status and condition of a share is made here. */
final class ShareStatusFactory {
  private final ShareUrls urls;
  private final Clock clock;

  ShareStatusFactory(ShareUrls urls, Clock clock) {
    this.urls = urls;
    this.clock = clock;
  }

  /**
   * @param below what its volume lacks, or its pool
   */
  ShareStatus of(
      Resource<ShareSpec, ShareStatus> share,
      ShareVerdict verdict,
      int sessions,
      List<ShareLine.Lack> below) {
    Conditions conditions =
        new Conditions(share.conditions(), share.metadata().generation(), clock);
    return switch (verdict.state()) {
      case State.Served served -> {
        ready(conditions, verdict);
        degraded(conditions, below, lacking(served, verdict));
        recycleBin(conditions, share.spec());
        previousVersions(conditions, share.spec());
        yield status(share, verdict, served.directory(), sessions, conditions);
      }
      case State.NotServed(String reason, String sentence, _, _, _) ->
          status(share, verdict, before(share), 0, conditions.notReady(reason, sentence));
      case State.Gone _ -> status(share, verdict, before(share), 0, conditions);
    };
  }

  private ShareStatus status(
      Resource<ShareSpec, ShareStatus> share,
      ShareVerdict verdict,
      @Nullable String directory,
      int sessions,
      Conditions conditions) {
    return new ShareStatus(
        urls.of(share.name(), verdict.ports()),
        sessions,
        directory,
        share.metadata().generation(),
        conditions.build());
  }

  private static @Nullable String before(Resource<ShareSpec, ShareStatus> share) {
    return share.status() == null ? null : share.status().directory();
  }

  private static void ready(Conditions conditions, ShareVerdict verdict) {
    if (!verdict.failed().isEmpty()) {
      String words =
          verdict.failed().entrySet().stream()
              .map(failure -> word(failure.getKey()) + ": " + failure.getValue())
              .collect(Collectors.joining(" "));
      conditions.notReady(ShareStatus.SERVER, words);
    } else if (verdict.ports().isEmpty()) {
      String words =
          verdict.unused().values().stream()
              .map(ShareLine.Lack::sentence)
              .distinct()
              .collect(Collectors.joining(" "));
      conditions.notReady(ShareStatus.NOBODY, words);
    } else {
      conditions.ready();
    }
  }

  /** Of what somebody can use. */
  private static List<ShareLine.Lack> lacking(State.Served served, ShareVerdict verdict) {
    return verdict.ports().isEmpty()
        ? served.lacking()
        : Stream.concat(served.lacking().stream(), verdict.unused().values().stream())
            .distinct()
            .toList();
  }

  private static String word(Protocol protocol) {
    return switch (protocol) {
      case SMB -> "SMB";
      case NFS -> "NFS";
      case WEBDAV -> "WebDAV";
    };
  }

  private static void degraded(
      Conditions conditions, List<ShareLine.Lack> below, List<ShareLine.Lack> lacking) {
    List<ShareLine.Lack> all = Stream.concat(below.stream(), lacking.stream()).toList();
    if (!all.isEmpty()) {
      String sentences =
          all.stream().map(ShareLine.Lack::sentence).collect(Collectors.joining(" "));
      conditions.set(ShareStatus.DEGRADED, Truth.True, all.getFirst().reason(), sentences);
    }
  }

  /** Whoever switches it on must not find out by deleting from a telephone. */
  private static void recycleBin(Conditions conditions, ShareSpec spec) {
    String others =
        spec.protocols().stream()
            .filter(protocol -> protocol != Protocol.SMB)
            .sorted()
            .map(ShareStatusFactory::word)
            .collect(Collectors.joining(" or "));
    if (spec.recycleBin() != null && !others.isEmpty()) {
      conditions.set(
          ShareStatus.RECYCLE_BIN,
          Truth.True,
          "OverSmbAlone",
          "What is deleted over SMB is kept; what is deleted over "
              + others
              + " is gone for good. Snapshots help there.");
    }
  }

  /** Samba shows them to everybody or to nobody. */
  private static void previousVersions(Conditions conditions, ShareSpec spec) {
    if (spec.previousVersions()
        && spec.guestLevel() != Level.NONE
        && spec.protocols().contains(Protocol.SMB)) {
      conditions.set(
          ShareStatus.PREVIOUS_VERSIONS,
          Truth.True,
          "NotWhereGuestsCome",
          "Over SMB nobody finds earlier versions, since guests would find them too; over WebDAV those find them who sign in.");
    }
  }
}
