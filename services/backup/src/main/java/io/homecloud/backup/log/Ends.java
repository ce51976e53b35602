package io.homecloud.backup.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning and the end of what a program says, however much it says. */
public final class Ends {
  private static final int EACH = 16 << 10;

  private final ByteArrayOutputStream first = new ByteArrayOutputStream();
  private final byte[] last = new byte[EACH];
  private long after;

  public void add(byte[] bytes, int count) {
    int begun = Math.min(count, EACH - first.size());
    first.write(bytes, 0, begun);
    for (int i = Math.max(begun, count - EACH); i < count; i++) {
      last[(int) ((after + i - begun) % EACH)] = bytes[i];
    }
    after += count - begun;
  }

  public String text() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first.toByteArray());
    if (after > EACH) {
      all.writeBytes("\n…\n".getBytes(StandardCharsets.UTF_8));
    }
    int from = after > EACH ? (int) (after % EACH) : 0;
    int kept = (int) Math.min(after, EACH);
    for (int i = 0; i < kept; i++) {
      all.write(last[(from + i) % EACH]);
    }
    return all.toString(StandardCharsets.UTF_8);
  }
}
