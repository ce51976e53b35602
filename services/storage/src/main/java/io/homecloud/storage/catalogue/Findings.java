package io.homecloud.storage.catalogue;

import io.homecloud.storage.disk.Printable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with what was read from a pool, in sentences for people. Only so many are kept,
 * however many a hostile disk provokes; of one thread.
 */
public final class Findings {
  private static final int MOST = 50;
  private static final int SHOWN = 5;

  /** A path of two identities and a name, and what is wrong with it. */
  private static final int LONGEST = 250;

  private final List<String> sentences = new ArrayList<>();
  private long count;

  /**
   * @param sentence without a full stop; whatever of it is foreign is made printable
   */
  public void add(String sentence) {
    count++;
    if (sentences.size() < MOST) {
      sentences.add(Printable.of(sentence, LONGEST));
    }
  }

  /** How many there were. */
  public long count() {
    return count;
  }

  /** The first of them. */
  public List<String> sentences() {
    return List.copyOf(sentences);
  }

  /** The first few in one text, empty when there are none. */
  public String summary() {
    if (count == 0) {
      return "";
    }
    String first = String.join("; ", sentences.subList(0, Math.min(SHOWN, sentences.size())));
    return count > SHOWN ? first + "; and " + (count - SHOWN) + " more." : first + ".";
  }
}
