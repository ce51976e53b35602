package io.homecloud.sharing.link;

import io.homecloud.host.path.RelativePath;

/**
 * What a guest wants to see or have of a link.
 *
 * @param path within the share
 * @param address the guest's
 */
record Wanted(String token, OpenedLink.Open open, RelativePath path, String address) {
  RelativePath inVolume() {
    return open.inVolume(path);
  }

  String url() {
    return url(path);
  }

  String url(RelativePath other) {
    return top() + "/f/" + LinkFiles.encoded(other);
  }

  /** Of the link's first page. */
  String top() {
    return "/g/" + token;
  }

  boolean download() {
    return open.link().spec().mode() == LinkMode.DOWNLOAD;
  }

  /** Whether it is one of those that the link is to, and not only inside one. */
  boolean isTop() {
    return open.paths().contains(path);
  }

  Wanted at(RelativePath other) {
    return new Wanted(token, open, other, address);
  }

  /** What a path is called for people. */
  String name(RelativePath other) {
    return other.isTop() ? GuestLinks.title(open.link()) : other.name().display();
  }
}
