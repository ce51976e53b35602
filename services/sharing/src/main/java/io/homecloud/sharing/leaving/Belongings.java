package io.homecloud.sharing.leaving;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an account has.
 *
 * @param shares whose rules name it
 * @param nfs shares in which NFS clients act as it
 * @param homes shares in which it has a directory of its own
 * @param guestLinks that it made
 * @param signIns how many browsers and programs are signed in as it
 * @param sessions how many clients are connected as it
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema
record Belongings(
    List<String> shares,
    List<String> nfs,
    List<String> homes,
    List<String> guestLinks,
    int signIns,
    long sessions) {
  boolean files() {
    return !shares.isEmpty() || !nfs.isEmpty() || !homes.isEmpty();
  }

  boolean links() {
    return !guestLinks.isEmpty();
  }

  /** As a sentence goes on after "it has". */
  String words() {
    List<String> words = new ArrayList<>();
    add(words, "rights in ", shares);
    add(words, "NFS clients that act as it in ", nfs);
    add(words, "a directory of its own in ", homes);
    add(words, "guest links ", guestLinks);
    return String.join("; ", words);
  }

  private static void add(List<String> words, String what, List<String> names) {
    if (!names.isEmpty()) {
      words.add(what + String.join(", ", names));
    }
  }
}
