package io.homecloud.sharing.link;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is said of links to who made them. */
final class LinkLines {
  private static final int LOG_LINES = 20;

  private final GuestLinks links;

  LinkLines(GuestLinks links) {
    this.links = links;
  }

  /**
   * Those that somebody made, the newest first.
   *
   * @param change that was just refused
   */
  List<LinkLine> of(String who, LinkLine.Refused change) {
    Comparator<Resource<GuestLinkSpec, GuestLinkStatus>> age =
        Comparator.comparing(link -> link.metadata().creationTimestamp());
    return links.of(who).stream()
        .filter(link -> !link.deleting())
        .sorted(age.reversed())
        .map(link -> line(link, change))
        .toList();
  }

  private LinkLine line(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkLine.Refused change) {
    GuestLinkSpec spec = link.spec();
    LinkLine.Refused refused =
        change.link().equals(link.name().value()) ? change : LinkLine.Refused.NONE;
    String may =
        switch (spec.mode()) {
          case VIEW -> "look at ";
          case DOWNLOAD -> "download from ";
          case UPLOAD -> "bring files to ";
        };
    String icon =
        switch (spec.mode()) {
          case VIEW -> "eye";
          case DOWNLOAD -> "download";
          case UPLOAD -> "upload";
        };
    return new LinkLine(
        link.name().value(),
        GuestLinks.title(link),
        icon,
        may
            + spec.share()
            + (spec.paths().equals(List.of("")) ? "" : ": " + String.join(", ", spec.paths())),
        state(link),
        link.ready() || !looked(link),
        news(link),
        marks(link),
        refused.said().isEmpty() ? LinkForm.day(spec.expiresAt()) : refused.until(),
        link.status() != null && link.status().password(),
        links.records().log(link.uid(), LOG_LINES).stream()
            .map(line ->
                new LinkLine.Done(
                    ReadableTime.minute(line.at()),
                    (line.what() + " " + line.path()).strip(),
                    line.address()))
            .toList(),
        refused);
  }

  private String news(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    int news = link.spec().mode() == LinkMode.UPLOAD ? links.records().news(link.uid()) : 0;
    return switch (news) {
      case 0 -> "";
      case 1 -> "1 new file";
      default -> news + " new files";
    };
  }

  /** Whether what its status says is of the link as it is wished for now. */
  private static boolean looked(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    GuestLinkStatus status = link.status();
    return status != null && status.observedGeneration() == link.metadata().generation();
  }

  private static String state(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    GuestLinkStatus status = link.status();
    if (status == null) {
      return "just made";
    }
    if (!looked(link)) {
      return "just changed";
    }
    Optional<Condition> ready = Conditions.find(status.conditions(), Condition.READY);
    if (!link.ready() && ready.isPresent()) {
      return ready.get().message();
    }
    Integer most = link.spec().maxUses();
    String visitors = status.uses() == 1 ? "1 visitor" : status.uses() + " visitors";
    return most == null ? visitors : status.uses() + " of " + most + " visitors";
  }

  private static List<String> marks(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    List<String> marks = new ArrayList<>();
    GuestLinkStatus status = link.status();
    if (status != null && status.files() > 0) {
      marks.add(
          (status.files() == 1 ? "1 file, " : status.files() + " files, ")
              + ReadableSize.of(status.bytes().bytes())
              + " brought");
    }
    LinkLimits limits = link.spec().limitsOrNone();
    limits.most().ifPresent(most -> marks.add("at most " + most));
    if (!limits.types().isEmpty()) {
      marks.add("only " + String.join(", ", limits.types()));
    }
    if (link.spec().expiresAt() != null) {
      marks.add("until " + ReadableTime.minute(link.spec().expiresAt()));
    }
    if (status != null && status.password()) {
      marks.add("with a password");
    }
    return marks;
  }
}
