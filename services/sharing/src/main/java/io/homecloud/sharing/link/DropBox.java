package io.homecloud.sharing.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.link.UploadRecords.Begun;
import io.homecloud.sharing.link.UploadRecords.Coming;
import io.homecloud.sharing.link.UploadRecords.UploadKey;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the files that guests bring, within the limits of their link. */
final class DropBox {
  /** Within a file's name before its ending, when others have the name. */
  private static final int MOST_COPIES = 1000;

  /** Controls, and those that turn what is read around: gpj.exe would be shown as exe.jpg. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

  /** What storage says of a file that cannot come. After anything else it can still. */
  private static final Set<String> FOR_GOOD =
      Set.of(
          "file-exists",
          "file-name-invalid",
          "file-name-reserved",
          "file-not-found",
          "file-protected",
          "file-too-large",
          "is-a-directory",
          "link-not-followed",
          "not-a-directory",
          "not-a-file",
          "outside-volume",
          "pool-full",
          "quota-exceeded");

  /**
   * Ends of names of files that Windows reads as soon as their folder is opened. They may name
   * anybody's server, to which it signs in then: that server gets a hash of the password.
   */
  private static final Set<String> LEADING_AWAY =
      Set.of(
          ".deskthemepack",
          ".library-ms",
          ".lnk",
          ".scf",
          ".search-ms",
          ".searchconnector-ms",
          ".theme",
          ".themepack",
          ".url",
          ".website",
          "autorun.inf",
          "desktop.ini");

  private final GuestLinks links;

  DropBox(GuestLinks links) {
    this.links = links;
  }

  /** The name that a guest's file gets, as bytes of one component. */
  static RelativePath name(String wished) {
    // Some browsers send the whole path on the guest's machine.
    String last = wished.substring(Math.max(wished.lastIndexOf('/'), wished.lastIndexOf('\\')) + 1);
    String printable = UNSEEN.matcher(last).replaceAll("").strip();
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
    // Windows leaves dots at the end out.
    String shown = name.display().toLowerCase(Locale.ROOT).replaceAll("[. ]+$", "");
    if (limits.types().isEmpty() && LEADING_AWAY.stream().anyMatch(shown::endsWith)) {
      throw SharingProblem.UPLOAD_REFUSED.because(
          "Shortcuts, and files by which Windows changes how folders look, are not taken: they could make a computer sign in elsewhere. Bring it within a zip.");
    }
  }

  /**
   * The file of that visitor, name and size that is on its way already.
   *
   * @param anew whether it begins with its first byte again
   */
  Optional<Coming> goOn(UploadKey key, boolean anew) {
    return links.uploads().goOn(key, anew);
  }

  /**
   * The name under which a file has arrived of which the guest did not hear it: because the answer
   * was lost, or because the process that had to give it ended first.
   *
   * @param coming what is known of it besides
   */
  Optional<String> arrived(
      OpenedLink.Open open, String address, UploadKey key, Optional<Coming> coming) {
    if (coming.isEmpty()) {
      // The household may have taken it away since, and the guest brings it once more.
      return key.attempt() == null
          ? Optional.empty()
          : links.uploads().arrived(key).filter(target -> isWhole(open, target, key.total()));
    }
    if (!isMade(open, coming.get())) {
      return Optional.empty();
    }
    arrived(open, address, coming.get(), Objects.requireNonNull(key.total()));
    return Optional.of(coming.get().target());
  }

  /** Whether it is this one that is there: others may have put one of its name and size there. */
  private boolean isMade(OpenedLink.Open open, Coming coming) {
    String question = "bytes */" + coming.total();
    RelativePath place = place(open, coming.target());
    return links
            .files()
            .put(open.place(), place, coming.id(), BodyPublishers.noBody(), question)
            .statusCode()
        == 201;
  }

  private boolean isWhole(OpenedLink.Open open, String target, @Nullable Long total) {
    return links.files().look(open.place(), place(open, target))
            instanceof LinkFiles.Look.File(long size, _)
        && Objects.equals(total, size);
  }

  /** Sets room aside for a file, under a name that nobody has: others' files stay. */
  Coming begin(OpenedLink.Open open, UploadKey key, RelativePath wished) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    RelativePath name = wished;
    for (int copy = 2; copy < MOST_COPIES; copy++) {
      boolean there =
          !(links.files().look(open.place(), place(open, name.display()))
              instanceof LinkFiles.Look.Nothing);
      if (!there) {
        Begun begun = links.uploads().begin(key, name.display(), limits);
        switch (begun) {
          case Begun.Reserved(Coming coming) -> {
            return coming;
          }
          case Begun.Full() -> throw tooMuch(limits);
          case Begun.NameTaken() -> {
            // the next one
          }
        }
      }
      name = numbered(wished, copy);
    }
    throw CommonProblem.NAME_TAKEN.because("There are too many files of that name.");
  }

  /** Sets more room aside for a file that is larger than was known. */
  void grow(OpenedLink.Open open, Coming coming, long more) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    if (!links.uploads().grow(coming, more, limits)) {
      throw tooMuch(limits);
    }
  }

  private static RuntimeException tooMuch(LinkLimits limits) {
    return SharingProblem.UPLOAD_REFUSED.because(
        "That is more than this link takes: at most "
            + limits.most().orElse("so much")
            + " together.");
  }

  /** What became of a file, or a piece of one. */
  sealed interface Brought {
    record Whole(String name) implements Brought {}

    record Piece(long offset) implements Brought {}

    /**
     * Storage refuses it.
     *
     * @param problem its problem document
     * @param sentence of that, for people
     */
    record Refused(int status, String problem, String sentence) implements Brought {}
  }

  /**
   * Brings it, or a piece of it, into the directory of the link. What is refused for good leaves
   * nothing behind.
   *
   * @param size how large it turned out to be
   * @param range as Content-Range; null for a whole file
   */
  Brought bring(
      OpenedLink.Open open,
      String address,
      Coming coming,
      BodyPublisher body,
      LongSupplier size,
      @Nullable String range) {
    HttpResponse<String> answer =
        links.files().put(open.place(), place(open, coming.target()), coming.id(), body, range);
    return switch (answer.statusCode()) {
      case 201 -> {
        arrived(open, address, coming, size.getAsLong());
        yield new Brought.Whole(coming.target());
      }
      case 202 -> new Brought.Piece(json(answer).path("offset").asLong());
      default -> {
        if (coming.total() == null || FOR_GOOD.contains(links.files().word(answer.body()))) {
          takeBack(open, coming);
        }
        JsonNode problem = json(answer);
        String sentence = sentence(open, coming, problem.path("detail").asText());
        if (problem instanceof ObjectNode document) {
          document.put("detail", sentence);
        }
        yield new Brought.Refused(answer.statusCode(), problem.toString(), sentence);
      }
    };
  }

  private void arrived(OpenedLink.Open open, String address, Coming coming, long size) {
    if (!links.uploads().arrived(coming, size)) {
      return;
    }
    String shown = open.paths().getFirst().resolve(path(coming.target())).display();
    links.did(open, address, LinkRecords.BROUGHT, shown);
    links.tell(
        new SharingFact.GuestLinkReceived(
            open.link().uid(),
            open.link().name().value(),
            open.link().node(),
            open.link().metadata().createdBy(),
            open.link().spec().share().value(),
            shown,
            size));
    links.touched(open);
  }

  /** Without the path in the volume, which is no business of a guest's. */
  private static String sentence(OpenedLink.Open open, Coming coming, String detail) {
    String path = LinkFiles.encoded(place(open, coming.target())) + ": ";
    return detail.startsWith(path) ? detail.substring(path.length()) : detail;
  }

  private JsonNode json(HttpResponse<String> answer) {
    try {
      return links.json().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new LinkFiles.AwayException(e);
    }
  }

  /** Of a file that does not come any more nothing is left. */
  void takeBack(OpenedLink.Open open, Coming coming) {
    if (coming.total() != null) { // of one whose size nobody knew storage keeps nothing by itself
      links
          .files()
          .takeBack(open.place(), place(open, coming.target()), coming.id(), coming.total());
    }
    links.uploads().givenUp(coming);
    links.touched(open);
  }

  private static RelativePath place(OpenedLink.Open open, String name) {
    return open.inVolume(open.paths().getFirst().resolve(path(name)));
  }

  private static RelativePath path(String name) {
    return RelativePath.of(name.getBytes(StandardCharsets.UTF_8));
  }

  private static RelativePath numbered(RelativePath wished, int copy) {
    String name = wished.display();
    int dot = name.lastIndexOf('.');
    String stem = dot < 1 ? name : name.substring(0, dot);
    String ending = dot < 1 ? "" : name.substring(dot);
    return name(stem + " (" + copy + ")" + ending);
  }
}
