package io.homecloud.events.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON that PostgreSQL takes: its text cannot hold NUL, not even escaped, and what tools and
 * foreign disks say may contain any character. A NUL becomes U+FFFD.
 */
public final class StorableJson {
  private final ObjectWriter writer;

  public StorableJson(ObjectMapper json) {
    this.writer = json.writer(new WithoutNul());
  }

  public String write(Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
    }
  }

  /** The same for plain text, cut to so many characters. */
  public static String text(String text, int longest) {
    String kept = text.length() > longest ? text.substring(0, longest) : text;
    return kept.replace('\0', '\ufffd');
  }

  private static final class WithoutNul extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes[0] = ESCAPE_CUSTOM;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      // Asked for characters beyond ASCII too.
      return character == 0 ? new SerializedString("\\ufffd") : null;
    }
  }
}
