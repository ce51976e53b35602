package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.link.GuestViews.Step;
import io.homecloud.sharing.link.LinkFiles.AwayException;
import io.homecloud.sharing.link.LinkFiles.Listing;
import io.homecloud.sharing.link.LinkFiles.Look;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets members choose by looking what a link is to. One form goes from directory to directory: it
 * brings along what was written into that of the link, and what is ticked elsewhere.
 */
final class FilePicker {
  private final GuestLinks links;
  private final Pages pages;
  private final GuestDownloads downloads;

  FilePicker(GuestLinks links, Pages pages) {
    this.links = links;
    this.pages = pages;
    this.downloads = new GuestDownloads(links, pages);
  }

  /**
   * Something in the directory.
   *
   * @param in what the form sends to open it; null of a file
   * @param pick what the form sends when it is ticked; null when a link cannot be to it
   * @param small where a picture of it is; null when there is none
   */
  public record Row(
      String name,
      String icon,
      String about,
      @Nullable String in,
      @Nullable String pick,
      boolean picked,
      @Nullable String small) {}

  /** What is listed. */
  private record Shown(LinkPlace place, RelativePath in, List<String> picked, boolean upload) {
    RelativePath inVolume() {
      return place.directory().resolve(in);
    }
  }

  /** The form, with what is chosen by now as its paths. */
  LinkForm form(FormFields fields) {
    LinkForm form = LinkForm.read(fields);
    return form.with(wished(form, fields).limit(most(form)).toList());
  }

  private static Stream<String> wished(LinkForm form, FormFields fields) {
    // Neither is in the form that one comes from first.
    boolean picking = fields.has("in") || fields.has("use");
    List<String> paths = picking ? fields.all("pick") : form.wishedPaths();
    return paths.stream().filter(path -> !path.isBlank()).distinct();
  }

  private static int most(LinkForm form) {
    return form.wishedMode() == LinkMode.UPLOAD ? 1 : GuestLinkAdmission.MOST_PATHS;
  }

  /** That more was ticked than a link takes; null when it was not. */
  @Nullable String said(FormFields fields) {
    LinkForm form = LinkForm.read(fields);
    int most = most(form);
    if (wished(form, fields).count() <= most) {
      return null;
    }
    return most == 1
        ? "Guests bring files into one folder: the first that you chose is kept."
        : "A link takes at most "
            + most
            + " files and folders: the first of them are kept. Choose the folder that they are in.";
  }

  /**
   * A directory of the share.
   *
   * @param from where in it the page begins
   * @throws ProblemException when who asks could not make the link, or the files are not there
   */
  Response.ResponseBuilder page(String who, FormFields fields, @Nullable String from) {
    LinkForm form = LinkForm.read(fields);
    LinkMode mode = form.wishedMode();
    RelativePath wanted =
        Stream.of("in", "use")
            .flatMap(name -> fields.all(name).stream())
            .findFirst()
            .flatMap(GuestPages::path)
            .orElse(RelativePath.TOP);
    try {
      Shown shown =
          new Shown(
              links.requirePlace(who, new Name(form.share()), mode),
              wanted,
              form(fields).wishedPaths(),
              mode == LinkMode.UPLOAD);
      if (isDirectory(shown)) {
        return page(200, who, form, shown, from, said(fields));
      }
      Shown top = new Shown(shown.place(), RelativePath.TOP, shown.picked(), shown.upload());
      if (!wanted.isTop() && isDirectory(top)) {
        return page(
            404, who, form, top, null, "There is no folder “" + wanted.display() + "” any more.");
      }
    } catch (AwayException e) {
      throw SharingProblem.STORAGE_AWAY.because(
          "The files of share "
              + form.share()
              + " cannot be looked at now; try again in a moment.");
    }
    throw SharingProblem.FILE_NOT_FOUND.because(
        "The directory of share " + form.share() + " is not there.");
  }

  private boolean isDirectory(Shown shown) {
    return links.files().look(shown.place(), shown.inVolume()) instanceof Look.Directory;
  }

  private Response.ResponseBuilder page(
      int status,
      String who,
      LinkForm form,
      Shown shown,
      @Nullable String from,
      @Nullable String said) {
    Listing listing = links.files().list(shown.place(), shown.inVolume(), GuestViews.PAGE, from);
    List<ShownEntry> entries =
        listing.entries().stream()
            .map(entry -> ShownEntry.of(entry, ""))
            .sorted(Comparator.comparing(entry -> !entry.directory()))
            .toList();
    List<Row> rows = new ArrayList<>();
    all(form.share(), shown).ifPresent(rows::add);
    entries.forEach(entry -> rows.add(row(form.share(), shown, entry)));
    Set<String> here =
        rows.stream().map(Row::pick).filter(Objects::nonNull).collect(Collectors.toSet());
    String next = listing.next();
    return pages
        .page(
            status,
            "link-choose",
            new Values()
                .with("account", who)
                .with("form", form)
                .with("said", said)
                .with("title", shown.in().isTop() ? form.share() : shown.in().name().display())
                .with("in", LinkFiles.encoded(shown.in()))
                .with("trail", trail(form.share(), shown.in()))
                .with("rows", rows)
                .with(
                    "count",
                    from == null
                        ? GuestViews.count(entries, next != null)
                        : GuestViews.further(entries, next != null))
                .with("empty", entries.isEmpty())
                .with("more", next == null ? null : URLEncoder.encode(next, StandardCharsets.UTF_8))
                .with("upload", shown.upload())
                .with("within", within(shown))
                .with(
                    "elsewhere",
                    shown.picked().stream().filter(path -> !here.contains(path)).toList()))
        // A phone's button to go back leads to a page before of this form, which is kept for that.
        .header("Cache-Control", null)
        .header("Cache-Control", "private, no-cache");
  }

  private static Row row(String share, Shown shown, ShownEntry entry) {
    RelativePath path = shown.in().resolve(GuestPages.path(entry.field()).orElse(RelativePath.TOP));
    Optional<String> written = LinkForm.written(path);
    String pick = written.filter(_ -> entry.directory() || !shown.upload()).orElse(null);
    String about = entry.directory() ? "Folder" : entry.about();
    return new Row(
        entry.name(),
        entry.icon(),
        written.isPresent() ? about : about + " · cannot be chosen for its name",
        entry.directory() ? LinkFiles.encoded(path) : null,
        pick,
        pick != null && shown.picked().contains(pick),
        ShownAs.of(entry.name()).flatMap(ShownAs::smaller).isPresent() && !entry.directory()
            ? "/links/small/" + share + "/" + LinkFiles.encoded(path)
            : null);
  }

  /** The directory itself. With nothing ticked a link is to the share as a whole. */
  private static Optional<Row> all(String share, Shown shown) {
    boolean top = shown.in().isTop();
    if (top && !shown.upload()) {
      return Optional.empty();
    }
    String name = shown.upload() ? "This folder" : "All of this folder";
    return (top ? Optional.of("") : LinkForm.written(shown.in()))
        .map(pick ->
            new Row(
                name,
                "folder",
                top ? share : shown.in().display(),
                null,
                pick,
                top ? shown.picked().isEmpty() : shown.picked().contains(pick),
                null));
  }

  /** What is chosen that the directory is in; null for nothing. */
  private static @Nullable String within(Shown shown) {
    String in = shown.in().display();
    return shown.picked().stream()
        .filter(path -> in.startsWith(path + "/"))
        .findFirst()
        .orElse(null);
  }

  private static List<Step> trail(String share, RelativePath in) {
    List<Step> trail = new ArrayList<>();
    for (RelativePath above = in; !above.isTop(); ) {
      above = above.parent();
      trail.addFirst(
          new Step(above.isTop() ? share : above.name().display(), LinkFiles.encoded(above)));
    }
    return trail;
  }

  /**
   * A small picture of a file, for who could make a link to it.
   *
   * @param url as it was asked for
   * @param known what the browser has already
   */
  Response.ResponseBuilder small(
      Optional<String> who, Name share, String url, @Nullable String known) {
    String before = "/small/" + share + "/";
    Optional<RelativePath> path =
        GuestPages.path(url.substring(url.indexOf(before) + before.length()));
    if (who.isEmpty() || path.isEmpty()) {
      return downloads.nothing();
    }
    try {
      LinkPlace place = links.requirePlace(who.get(), share, LinkMode.VIEW);
      return downloads.small(place, place.directory().resolve(path.get()), null, known);
    } catch (ProblemException | AwayException e) {
      return downloads.nothing();
    }
  }
}
