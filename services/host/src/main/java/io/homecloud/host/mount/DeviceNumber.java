package io.homecloud.host.mount;

/** A device's number, written {@code major:minor} as in sysfs and mountinfo. */
public record DeviceNumber(int major, int minor) {
  public DeviceNumber {
    if (major < 0 || minor < 0) {
      throw new IllegalArgumentException("not a device number: " + major + ":" + minor);
    }
  }

  /**
   * Reads {@code 8:1}, also with the line end that sysfs writes.
   *
   * @throws IllegalArgumentException when it is not two numbers and a colon
   */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a device number: " + text);
    }
    return new DeviceNumber(
        Integer.parseInt(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1).strip()));
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
