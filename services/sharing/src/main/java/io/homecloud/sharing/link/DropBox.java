package io.homecloud.sharing.link;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.page.ReadableSize;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the files that guests bring, within the limits of their link. */
final class DropBox {
  /** Within a file's name before its ending, when others have the name. */
  private static final int MOST_COPIES = 1000;

  private final GuestLinks links;

  DropBox(GuestLinks links) {
    this.links = links;
  }

  /** The name that a guest's file gets, as bytes of one component. */
  static RelativePath name(String wished) {
    // Some browsers send the whole path on the guest's machine.
    String last = wished.substring(Math.max(wished.lastIndexOf('/'), wished.lastIndexOf('\\')) + 1);
    String printable =
        last.codePoints()
            .filter(c -> !Character.isISOControl(c))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    try {
      RelativePath name = RelativePath.of(printable.getBytes(StandardCharsets.UTF_8));
      if (!name.isTop() && !printable.startsWith(".")) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      // answered below
    }
    throw SharingProblem.FILE_NAME_REFUSED.because(
        "A file needs a name that does not begin with a dot and has at most 255 bytes.");
  }

  /** Refuses what the link does not take, before a byte of it is read. */
  void requireWelcome(OpenedLink.Open open, RelativePath name) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    String ending = ShownAs.ending(name.display());
    if (!limits.types().isEmpty() && !limits.types().contains(ending)) {
      throw SharingProblem.UPLOAD_REFUSED.because(
          "Only files of these kinds are taken: " + String.join(", ", limits.types()) + ".");
    }
  }

  /** Sets room aside for the whole file. */
  void reserve(OpenedLink.Open open, long bytes) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    long mostBytes = limits.bytes() == null ? Long.MAX_VALUE / 2 : limits.bytes().bytes();
    int mostFiles = limits.files() == null ? Integer.MAX_VALUE : limits.files();
    if (bytes > mostBytes
        || !links.records().reserve(open.link().uid(), bytes, mostBytes, mostFiles)) {
      throw tooMuch(limits);
    }
  }

  /** Sets more room aside for a file that is larger than was known. */
  void grow(OpenedLink.Open open, long more) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    long mostBytes = limits.bytes() == null ? Long.MAX_VALUE / 2 : limits.bytes().bytes();
    if (!links.records().grow(open.link().uid(), more, mostBytes)) {
      throw tooMuch(limits);
    }
  }

  private static RuntimeException tooMuch(LinkLimits limits) {
    List<String> all = new ArrayList<>();
    if (limits.files() != null) {
      all.add(limits.files() + " files");
    }
    if (limits.bytes() != null) {
      all.add(ReadableSize.of(limits.bytes().bytes()));
    }
    return SharingProblem.UPLOAD_REFUSED.because(
        "That is more than this link takes: at most " + String.join(" and ", all) + " together.");
  }

  void giveBack(OpenedLink.Open open, long bytes) {
    links.records().giveBack(open.link().uid(), bytes);
  }

  /** What became of a file, or a piece of one. */
  sealed interface Brought {
    record Whole(RelativePath name) implements Brought {}

    record Piece(long offset) implements Brought {}

    /** Storage's problem document. */
    record Refused(int status, String problem) implements Brought {}
  }

  /**
   * Brings it into the directory of the link; others' files stay, so that it gets another name
   * where the wished one is taken.
   *
   * @param range as Content-Range; null for a whole file
   */
  Brought bring(
      OpenedLink.Open open,
      String address,
      RelativePath wished,
      BodyPublisher body,
      long size,
      @Nullable String range) {
    RelativePath name = free(open, wished);
    HttpResponse<String> answer = links.files().put(open.volume(), place(open, name), body, range);
    return switch (answer.statusCode()) {
      case 201 -> {
        String shown = open.paths().getFirst().resolve(name).display();
        links.did(open, address, "brought", shown);
        links.tell(
            new SharingFact.GuestLinkReceived(
                open.link().uid(), open.link().name().value(), open.link().node(), shown, size));
        links.touched(open);
        yield new Brought.Whole(name);
      }
      case 202 -> new Brought.Piece(links.offset(answer.body()));
      default -> new Brought.Refused(answer.statusCode(), answer.body());
    };
  }

  private static RelativePath place(OpenedLink.Open open, RelativePath name) {
    return open.inVolume(open.paths().getFirst().resolve(name));
  }

  private RelativePath free(OpenedLink.Open open, RelativePath wished) {
    RelativePath name = wished;
    for (int copy = 2; copy < MOST_COPIES; copy++) {
      if (links.files().look(open.volume(), place(open, name)) == LinkFiles.Kind.NOTHING) {
        return name;
      }
      name = numbered(wished, copy);
    }
    throw CommonProblem.NAME_TAKEN.because("There are too many files of that name.");
  }

  private static RelativePath numbered(RelativePath wished, int copy) {
    String name = wished.display();
    int dot = name.lastIndexOf('.');
    String stem = dot < 1 ? name : name.substring(0, dot);
    String ending = dot < 1 ? "" : name.substring(dot);
    return name(stem + " (" + copy + ")" + ending);
  }
}
