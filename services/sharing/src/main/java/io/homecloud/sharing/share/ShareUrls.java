package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.Protocol;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where clients find shares. */
final class ShareUrls {
  private final String host;
  private final Optional<URI> web;
  private final boolean webdavToo;

  /**
   * @param host the name of this machine as clients know it
   * @param web where the outside finds our pages, when somebody said so: a proxy may be before us
   * @param webdavToo whether shares are there as well
   */
  ShareUrls(String host, Optional<URI> web, boolean webdavToo) {
    this.host = host;
    this.web = web;
    this.webdavToo = webdavToo;
  }

  ShareStatus.Urls of(Name share, Map<Protocol, Integer> ports) {
    return new ShareStatus.Urls(
        url("smb", ports.get(Protocol.SMB), ListenPort.SMB, "/" + share),
        url("nfs", ports.get(Protocol.NFS), ListenPort.NFS, "/" + share),
        webdav(share, ports.get(Protocol.WEBDAV)));
  }

  /** Where pages and API are, for which httpd has that port. */
  String pages(int port) {
    String found = url("https", port, ListenPort.HTTPS, "");
    return web.map(ShareUrls::base).orElse(Objects.requireNonNull(found));
  }

  private @Nullable String webdav(Name share, @Nullable Integer port) {
    String path = "/dav/" + share + "/";
    if (port == null || web.isEmpty() || !webdavToo) {
      return url("https", port, ListenPort.HTTPS, path);
    }
    return base(web.get()) + path;
  }

  private static String base(URI uri) {
    String text = uri.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private @Nullable String url(
      String scheme, @Nullable Integer port, ListenPort usual, String path) {
    if (port == null) {
      return null;
    }
    String where = port == usual.wished() ? "" : ":" + port;
    return scheme + "://" + host + where + path;
  }
}
