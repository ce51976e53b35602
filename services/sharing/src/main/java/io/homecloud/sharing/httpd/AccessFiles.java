package io.homecloud.sharing.httpd;

import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What is where and who may do what there, in files that httpd reads at each request: what is given
 * or taken away is so at the next one, with nothing reloaded. Accounts without a password and
 * disabled ones are in none.
 *
 * <p>A line of {@code places} is {@code <share>[/<account>] <key>:<what guests may>:<directory>},
 * or {@code <share of homes> homes}, or for previous versions {@code <share>[/<account>]/.snapshots
 * <key>:<what guests may>:<place of versions>:<what follows the time>}; a line of {@code groups} is
 * {@code <key>-read: <account>…}. Keys are of a share's uid: one that is made anew under an old
 * name has none of the old one's people.
 */
final class AccessFiles {
  private static final Logger LOG = Logger.getLogger(AccessFiles.class);
  private static final String SNAPSHOTS = "/.snapshots";

  /** httpd reads lines of at most 8 KiB; a name has at most 63 characters. */
  private static final int NAMES_IN_A_LINE = 100;

  private final OwnDirectory own;
  private final VersionPlaces versions;

  AccessFiles(OwnDirectory own) {
    this.own = own;
    this.versions = new VersionPlaces(own.versions());
  }

  /** Nothing is written when one of the shares cannot be said. */
  void write(List<ServedShare> shares, List<Person> people) throws IOException, Unspeakable {
    List<Person> known =
        people.stream()
            .filter(AccessFiles::canSignIn)
            .sorted(Comparator.comparing(Person::name))
            .toList();
    List<ServedShare> sorted =
        shares.stream().sorted(Comparator.comparing(ServedShare::name)).toList();
    StringBuilder users = new StringBuilder();
    for (Person person : known) {
      if (person.verifiers() != null) {
        users.append(person.name()).append(':').append(person.verifiers().crypt()).append('\n');
      }
    }
    StringBuilder groups = new StringBuilder();
    StringBuilder places = new StringBuilder();
    group(groups, "index-read", known);
    for (ServedShare share : sorted) {
      if (share.ofHomes()) {
        homes(share, known, groups, places);
      } else {
        share(share, known, groups, places);
      }
    }
    OwnDirectory.write(users(), users.toString());
    OwnDirectory.write(groups(), groups.toString());
    OwnDirectory.write(places(), places.toString());
    index(sorted, known);
    versions.bring(sorted);
  }

  /** What httpd reads at each request. */
  List<Path> files() {
    return List.of(users(), groups(), places());
  }

  private Path users() {
    return own.access().resolve("users");
  }

  private Path groups() {
    return own.access().resolve("groups");
  }

  private Path places() {
    return own.access().resolve("places");
  }

  private static boolean canSignIn(Person person) {
    if (!person.enabled() || person.verifiers() == null) {
      return false;
    }
    if (!ConfigText.isVerifier(person.verifiers().crypt())) {
      LOG.warnf("The password of account %s is not in a form that httpd knows", person.name());
      return false;
    }
    return true;
  }

  private static void share(
      ServedShare share, List<Person> known, StringBuilder groups, StringBuilder places)
      throws Unspeakable {
    String key = share.uid().toString();
    List<Person> readers = atLeast(Level.READ, share, known);
    Level guests = share.readOnly() && share.guests() == Level.WRITE ? Level.READ : share.guests();
    place(places, share.name().value(), key, guests, share.root());
    group(groups, key + "-read", readers);
    group(groups, key + "-write", atLeast(Level.WRITE, share, known));
    if (share.snapshots() != null) {
      versions(places, share.name().value(), key, VersionPlaces.of(share) + ":");
      group(groups, key + SNAPSHOTS + "-read", readers);
    }
  }

  private static void homes(
      ServedShare share, List<Person> known, StringBuilder groups, StringBuilder places)
      throws Unspeakable {
    places.append(share.name()).append(" homes\n");
    for (var home : new TreeMap<>(share.homes()).entrySet()) {
      List<Person> owner = known.stream().filter(p -> p.name().equals(home.getKey())).toList();
      String key = share.uid() + "/" + home.getKey();
      place(places, share.name() + "/" + home.getKey(), key, Level.NONE, home.getValue());
      group(groups, key + "-read", atLeast(Level.READ, share, owner));
      group(groups, key + "-write", atLeast(Level.WRITE, share, owner));
      if (share.snapshots() != null) {
        String url = share.name() + "/" + home.getKey();
        versions(places, url, key, VersionPlaces.of(share) + ":/" + home.getKey());
        group(groups, key + SNAPSHOTS + "-read", atLeast(Level.READ, share, owner));
      }
    }
  }

  /** Not for guests: whoever opens a share to them shows what is in it now. */
  private static void versions(StringBuilder places, String url, String key, String where) {
    places.append(url).append(SNAPSHOTS).append(' ').append(key).append(SNAPSHOTS);
    places.append(":none:").append(where).append('\n');
  }

  private static List<Person> atLeast(Level level, ServedShare share, List<Person> people) {
    return people.stream().filter(p -> share.level(p).compareTo(level) >= 0).toList();
  }

  private static void place(
      StringBuilder places, String url, String key, Level guests, Path directory)
      throws Unspeakable {
    places.append(url).append(' ').append(key).append(':');
    places.append(guests.name().toLowerCase(Locale.ROOT)).append(':');
    places.append(ConfigText.path(directory)).append('\n');
  }

  private static void group(StringBuilder groups, String name, List<Person> members) {
    for (int i = 0; i < members.size(); i += NAMES_IN_A_LINE) {
      groups.append(name).append(':');
      members
          .subList(i, Math.min(members.size(), i + NAMES_IN_A_LINE))
          .forEach(p -> groups.append(' ').append(p.name()));
      groups.append('\n');
    }
  }

  /**
   * For each account a directory with a directory for each share that it may see, as the collection
   * {@code /dav/}; the shares themselves are elsewhere.
   */
  private void index(List<ServedShare> shares, List<Person> people) throws IOException {
    Set<Path> wished = new TreeSet<>();
    wished.add(Path.of("nobody"));
    wished.add(Path.of("by"));
    for (Person person : people) {
      Path by = Path.of("by", person.name().value());
      wished.add(by);
      for (ServedShare share : shares) {
        if (share.hidden() || share.level(person) == Level.NONE) {
          continue;
        }
        Path home = by.resolve(share.name().value());
        if (!share.ofHomes()) {
          wished.add(home);
        } else if (share.homes().containsKey(person.name())) {
          wished.add(home);
          wished.add(home.resolve(person.name().value()));
        }
      }
    }
    for (Path old : present()) {
      if (!wished.contains(own.index().relativize(old))) {
        Files.deleteIfExists(old);
      }
    }
    for (Path path : wished) {
      Files.createDirectories(own.index().resolve(path));
    }
  }

  /** The innermost first. */
  private List<Path> present() throws IOException {
    try (Stream<Path> paths = Files.walk(own.index())) {
      List<Path> found = new ArrayList<>(paths.filter(p -> !p.equals(own.index())).toList());
      found.sort(Comparator.reverseOrder());
      return found;
    }
  }
}
