package io.homecloud.sharing.link;

import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import io.homecloud.sharing.link.LinkFiles.Entry;
import io.homecloud.sharing.link.LinkFiles.Listing;
import io.homecloud.sharing.link.LinkFiles.Look;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fills in the pages of a link: what is there, one file of it, or what can be brought. */
final class GuestViews {
  /** How much of a directory a page lists. */
  static final int PAGE = 500;

  private static final int TEXT_BYTES = 256 << 10;

  /** In how many pages of a directory the files beside one are looked for. */
  private static final int MOST_PAGES = 20;

  private final GuestLinks links;
  private final Pages pages;

  GuestViews(GuestLinks links, Pages pages) {
    this.links = links;
    this.pages = pages;
  }

  /** Somewhere above. */
  public record Step(String name, String url) {}

  /** A link's first page. */
  Response.ResponseBuilder first(Wanted wanted) {
    OpenedLink.Open open = wanted.open();
    if (open.link().spec().mode() == LinkMode.UPLOAD) {
      return upload(wanted.token(), open, List.of());
    }
    if (open.paths().size() == 1) {
      return page(wanted.at(open.paths().getFirst()), null)
          .orElseGet(() ->
              pages.guestMessage(
                  404,
                  "The files are not there any more",
                  "They were moved or deleted. Ask who sent you the link."));
    }
    List<ShownEntry> entries = new ArrayList<>();
    for (RelativePath path : open.paths()) {
      ShownEntry.of(
              links.files().look(open.place(), open.inVolume(path)),
              wanted.name(path),
              LinkFiles.encoded(path),
              wanted.url(path))
          .ifPresent(entries::add);
    }
    return list(wanted.at(RelativePath.TOP), GuestLinks.title(open.link()), entries, null, null);
  }

  /**
   * What a file or directory looks like; empty when nothing is there.
   *
   * @param from where in a directory the page begins, or that on which a file is listed
   */
  Optional<Response.ResponseBuilder> page(Wanted wanted, @Nullable String from) {
    return switch (links.files().look(wanted.open().place(), wanted.inVolume())) {
      case Look.Nothing() -> Optional.empty();
      case Look.Directory() -> Optional.of(directory(wanted, from));
      case Look.File file -> Optional.of(file(wanted, file, from));
    };
  }

  private Response.ResponseBuilder directory(Wanted wanted, @Nullable String from) {
    Listing listing = links.files().list(wanted.open().place(), wanted.inVolume(), PAGE, from);
    String below = wanted.path().isTop() ? wanted.url() : wanted.url() + "/";
    List<ShownEntry> entries =
        listing.entries().stream()
            .map(entry -> ShownEntry.of(entry, below + entry.encoded()))
            .toList();
    String next = listing.next();
    String title =
        wanted.isTop() && wanted.open().paths().size() == 1
            ? GuestLinks.title(wanted.open().link())
            : wanted.name(wanted.path());
    return list(wanted, title, entries, from, next == null ? null : wanted.url() + at(next));
  }

  private static String at(@Nullable String from) {
    return from == null ? "" : "?from=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
  }

  private Response.ResponseBuilder list(
      Wanted wanted,
      String title,
      List<ShownEntry> entries,
      @Nullable String from,
      @Nullable String more) {
    return pages.page(
        200,
        "guest-list",
        common(wanted.open())
            .with("title", title)
            .with("trail", trail(wanted))
            .with("entries", entries)
            .with(
                "count",
                from == null ? count(entries, more != null) : further(entries, more != null))
            .with("more", more)
            .with("here", at(from))
            .with("zip", wanted.top() + "/zip")
            .with("in", LinkFiles.encoded(wanted.path())));
  }

  static String count(List<ShownEntry> entries, boolean more) {
    long bytes = entries.stream().mapToLong(ShownEntry::bytes).sum();
    String items = entries.size() == 1 ? "1 item" : entries.size() + " items";
    return (more ? "the first " + items : items)
        + (bytes == 0 ? "" : ", " + ReadableSize.of(bytes));
  }

  /** As {@link #count}, of a page that is not the first. */
  static String further(List<ShownEntry> entries, boolean more) {
    String items = count(entries, false);
    return more ? items.replaceFirst(" item", " more item") : "the last " + items;
  }

  private Response.ResponseBuilder file(Wanted wanted, Look.File file, @Nullable String from) {
    links.viewed(wanted);
    String name = wanted.path().name().display();
    String kind = ShownAs.of(name).map(ShownAs::kind).orElse("");
    Optional<String> text =
        kind.equals("text")
            ? links.files().beginning(wanted.open().place(), wanted.inVolume(), TEXT_BYTES)
            : Optional.empty();
    Neighbours beside = beside(wanted, from);
    return pages.page(
        200,
        "guest-file",
        common(wanted.open())
            .with("title", name)
            .with("trail", trail(wanted))
            .with("url", wanted.url())
            .with("kind", kind)
            .with("icon", ShownEntry.icon(name))
            .with("about", ReadableSize.of(file.size()) + ", " + ReadableTime.day(file.modified()))
            .with("text", text.orElse(null))
            .with("cut", file.size() > TEXT_BYTES)
            .with("before", beside.before())
            .with("after", beside.after()));
  }

  /** The files that are listed right before and after one. */
  private record Neighbours(@Nullable Step before, @Nullable Step after) {
    static final Neighbours NONE = new Neighbours(null, null);
  }

  private Neighbours beside(Wanted wanted, @Nullable String from) {
    RelativePath parent = wanted.path().parent();
    if (wanted.isTop() || !wanted.open().shows(parent)) {
      return Neighbours.NONE;
    }
    Wanted directory = wanted.at(parent);
    String below = parent.isTop() ? directory.url() : directory.url() + "/";
    Step before = null;
    boolean found = false;
    String at = from;
    for (int page = 0; page < MOST_PAGES; page++) {
      Listing listing = links.files().list(wanted.open().place(), directory.inVolume(), PAGE, at);
      for (Entry entry : listing.entries()) {
        if (entry.directory()) {
          continue;
        }
        String url = below + entry.encoded();
        Step step = new Step(entry.name(), url + at(at));
        if (found) {
          return new Neighbours(before, step);
        }
        found = url.equals(wanted.url());
        before = found ? before : step;
      }
      at = listing.next();
      if (at == null) {
        break;
      }
    }
    return found ? new Neighbours(before, null) : Neighbours.NONE;
  }

  /** The way back, as far as the link shows it, from its first page on. */
  private static List<Step> trail(Wanted wanted) {
    List<Step> trail = new ArrayList<>();
    boolean one = wanted.open().paths().size() == 1;
    boolean first = wanted.path().isTop() || (wanted.isTop() && one);
    if (first) {
      return trail;
    }
    for (RelativePath above = wanted.path();
        !wanted.open().paths().contains(above) && wanted.open().shows(above.parent()); ) {
      above = above.parent();
      boolean top = one && wanted.open().paths().contains(above);
      if (!top) {
        trail.addFirst(new Step(wanted.name(above), wanted.url(above)));
      }
    }
    trail.addFirst(new Step(GuestLinks.title(wanted.open().link()), wanted.top()));
    return trail;
  }

  /**
   * Where files can be brought.
   *
   * @param said what became of those that were just sent
   */
  Response.ResponseBuilder upload(String token, OpenedLink.Open open, List<String> said) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    List<String> sentences = new ArrayList<>();
    limits.most().ifPresent(most -> sentences.add("At most " + most + " together."));
    if (!limits.types().isEmpty()) {
      sentences.add("Only " + String.join(", ", limits.types()) + ".");
    }
    return pages.page(
        200,
        "guest-upload",
        common(open)
            .with("title", GuestLinks.title(open.link()))
            .with("token", token)
            .with("said", said)
            .with("limits", String.join(" ", sentences))
            .with(
                "accept",
                limits.types().isEmpty() ? null : "." + String.join(",.", limits.types())));
  }

  private static Values common(OpenedLink.Open open) {
    GuestLinkSpec spec = open.link().spec();
    return new Values()
        .with("owner", owner(open.link().metadata().createdBy()))
        .with("download", spec.mode() == LinkMode.DOWNLOAD)
        .with("until", spec.expiresAt() == null ? null : ReadableTime.minute(spec.expiresAt()));
  }

  private static String owner(String subject) {
    return subject.equals("root") ? "the administrator" : subject;
  }
}
