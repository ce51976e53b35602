package io.homecloud.backup.rsync;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A checksum of all that is in a file: XXH128.
 *
 * @param high its first half
 * @param low its second half
 */
public record FileSum(long high, long low) {
  /** How many characters it has in hexadecimal form. */
  static final int DIGITS = 32;

  /**
   * @throws NumberFormatException when it is none
   */
  static FileSum of(String hex) {
    int half = DIGITS / 2;
    return new FileSum(
        Long.parseUnsignedLong(hex, 0, half, 16), Long.parseUnsignedLong(hex, half, DIGITS, 16));
  }

  public static FileSum read(DataInput in) throws IOException {
    return new FileSum(in.readLong(), in.readLong());
  }

  public void write(DataOutput out) throws IOException {
    out.writeLong(high);
    out.writeLong(low);
  }
}
