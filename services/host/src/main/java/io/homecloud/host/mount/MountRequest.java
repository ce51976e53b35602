package io.homecloud.host.mount;

import java.util.Set;

/**
 * What mount(2) is asked for.
 *
 * @param source a node, a directory for {@link MountFlag#BIND}, or any word for a virtual one
 * @param target an existing directory
 * @param type the kernel's name of the file system; may be empty for bind, move and propagation
 * @param data the file system's own options, separated by commas; may be empty
 */
public record MountRequest(
    String source, String target, String type, Set<MountFlag> flags, String data) {
  public MountRequest {
    flags = Set.copyOf(flags);
    for (String text : new String[] {source, target, type, data}) {
      if (text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("NUL in a mount of " + source.replace('\0', '?'));
      }
    }
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + target);
    }
  }
}
