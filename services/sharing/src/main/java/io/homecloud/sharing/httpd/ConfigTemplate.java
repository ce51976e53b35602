package io.homecloud.sharing.httpd;

import java.util.List;
import java.util.stream.Collectors;

/** The parts of httpd.conf (Apache HTTP Server 2.4) that are always the same, as format strings. */
final class ConfigTemplate {
  private static final String MODULE_DIRECTORY = "/usr/lib/apache2/modules/";

  static final String MODULES =
      load(
          List.of(
              "mpm_event",
              "authn_core",
              "authn_file",
              "authz_core",
              "authz_user",
              "authz_groupfile",
              "auth_basic",
              "alias",
              "mime",
              "headers",
              "setenvif",
              "rewrite",
              "reqtimeout",
              "log_debug",
              "ssl",
              "dav",
              "dav_fs"));

  static final String PROXY_MODULES = load(List.of("proxy", "proxy_http"));

  /** Where it listens; its own directory; file with certificate and key. */
  static final String SERVER =
      """
      Listen %1$s
      ServerRoot "%2$s"
      DefaultRuntimeDir "%2$s/run"
      PidFile "%2$s/run/httpd.pid"
      Mutex "file:%2$s/run" default
      DocumentRoot "%2$s/public"
      ServerName localhost
      UseCanonicalName Off
      ServerTokens Prod
      ServerSignature Off
      TraceEnable Off
      HostnameLookups Off
      AcceptPathInfo Off
      TypesConfig "/etc/mime.types"

      # One process at rest. Old ones stay until their transfers end, so there is room for many. A
      # request has a worker for as long as its body comes: there are more than a few machines take.
      StartServers 1
      ServerLimit 64
      ThreadsPerChild 32
      MaxRequestWorkers 512
      MinSpareThreads 4
      MaxSpareThreads 64
      MaxConnectionsPerChild 0

      # A slow transfer may take days, a request's head may not; the time limit is for silence. After
      # five minutes a body ends that comes slower than any modem sends.
      Timeout 300
      KeepAlive On
      KeepAliveTimeout 30
      MaxKeepAliveRequests 0
      RequestReadTimeout handshake=20 header=20-60,MinRate=200 body=300,MinRate=200
      LimitRequestBody 0
      LimitXMLRequestBody 1048576

      # Fewer and bigger reads than the usual 8 KiB; sendfile has no part in TLS.
      ReadBufferSize 65536

      ErrorLog "%2$s/log.pipe"
      ErrorLogFormat "%%M"
      LogLevel warn ssl:error log_debug:info
      SetEnvIf Request_URI "^/dav(/|$)" dav
      SetEnvIf Authorization . tried
      LogFormat "end %%{SSL_PROTOCOL}x %%a %%{remote}p %%>s %%{tried}e %%m u=%%u %%U" told
      CustomLog "%2$s/log.pipe" told env=dav

      SSLEngine On
      SSLCertificateFile "%3$s"
      SSLProtocol -all +TLSv1.2 +TLSv1.3
      SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
      SSLHonorCipherOrder Off
      SSLCompression Off
      SSLSessionCache none
      SSLSessionTickets On

      <Directory "/">
        Options None
        AllowOverride None
        Require all denied
      </Directory>
      """;

  /**
   * Own directory; {@link AddressBeginning#PATTERN}. Which directory a URL means and who may do
   * what there is looked up at each request in files of {@link AccessFiles}, so shares come, change
   * and go with nothing reloaded: {@code key} names the groups of those who may, {@code guests}
   * what everybody may, {@code place} and {@code rest} make the path.
   *
   * <p>Previous versions are read below {@code .snapshots}, which is in no listing: who keeps a
   * copy of a share would copy every version of it. The times themselves are listed from empty
   * directories, since mod_dav lists no links.
   *
   * <p>What was deleted is not for guests, as earlier versions are not.
   *
   * <p>What is moved or copied stays in its share: between mounts a rename is refused by the
   * kernel, in words that clients do not understand.
   *
   * <p>What is granted to guests is granted before anybody is asked who they are, and to those who
   * say it only when that is true: their sessions are theirs then, and end with their account.
   *
   * <p>A lock is for ten minutes, whatever was wished, and longer for who renews it: by mod_dav one
   * without end keeps everybody out for good.
   */
  static final String DAV =
      """

      DavLockDB "%1$s/locks/DavLock"
      RewriteEngine On
      RewriteMap blocked "txt:%1$s/access/blocked"
      RewriteMap places "txt:%1$s/access/places"
      RewriteCond "%%{HTTP:Authorization}" .
      RewriteCond "${blocked:%%{REMOTE_ADDR}|no}" "!=no"
      RewriteRule "^/dav(/|$)" - [R=429,L]
      RewriteCond "%%{HTTP:Authorization}" .
      RewriteCond "%%{REMOTE_ADDR}" "%2$s"
      RewriteCond "${blocked:%%1%%2%%3|no}" "!=no"
      RewriteRule "^/dav(/|$)" - [R=429,L]
      RewriteCond "%%{REQUEST_METHOD}" "^(COPY|MOVE)$"
      RewriteCond "%%{REQUEST_URI} %%{HTTP:Destination}" "!^/dav/([a-z0-9-]+)/.* (https?://[^/]+)?/dav/\\1(/|$)"
      RewriteRule "^/dav(/|$)" - [R=502,L]
      RewriteRule "^" - [E=share:none,E=key:,E=guests:none,E=place:%1$s/index/nobody,E=rest:/]
      RewriteCond "${places:$1}" "^([^:]+):([a-z]+):([a-z]+/[0-9a-f-]+):(.*)$"
      RewriteRule "(?s)^/dav/((?:[a-z0-9-]{1,63}/){1,2}\\.snapshots)/(@GMT-[0-9.-]{19})(/.*)?$" - [E=key:%%1,E=guests:%%2,E=place:%1$s/versions/%%3/$2%%4,E=rest:$3,S=4]
      RewriteCond "${places:$1}" "^([^:]+):([a-z]+):[a-z]+/([0-9a-f-]+):"
      RewriteRule "(?s)^/dav/((?:[a-z0-9-]{1,63}/){1,2}\\.snapshots)(/.*)?$" - [E=key:%%1,E=guests:%%2,E=place:%1$s/versions/times/%%3,E=rest:$2,S=3]
      RewriteCond "${places:$1}" "^(([^:/]+)[^:]*):([a-z]+):(.+)$"
      RewriteRule "(?s)^/dav/([a-z0-9-]{1,63}/[a-z0-9-]{1,63})(/.*)?$" - [E=key:%%1,E=share:%%2,E=guests:%%3,E=place:%%4,E=rest:$2,S=2]
      RewriteCond "${places:$1}" "^(([^:/]+)[^:]*):([a-z]+):(.+)$"
      RewriteRule "(?s)^/dav/([a-z0-9-]{1,63})(/.*)?$" - [E=key:%%1,E=share:%%2,E=guests:%%3,E=place:%%4,E=rest:$2,S=1]
      RewriteCond "$2:${places:$2}" "^(:|[^:]+:homes$)"
      RewriteCond "%%{LA-U:REMOTE_USER}" "^([a-z0-9-]{1,63})$"
      RewriteRule "^/dav(/([a-z0-9-]{1,63})?/?)?$" - [E=key:index,E=place:%1$s/index/by/%%1,E=rest:/$2]
      RewriteRule "(?s)^/dav/[a-z0-9-]{1,63}/\\.recycle(/|$)" - [E=guests:none]

      BrowserMatch "Microsoft Data Access Internet Publishing Provider" redirect-carefully
      BrowserMatch "MS FrontPage" redirect-carefully
      BrowserMatch "^WebDrive" redirect-carefully
      BrowserMatch "^WebDAVFS/1\\.[01234]" redirect-carefully
      BrowserMatch "^gnome-vfs/1\\.0" redirect-carefully
      BrowserMatch "^gvfs/1" redirect-carefully
      BrowserMatch "^XML Spy" redirect-carefully
      BrowserMatch "^Dreamweaver-WebDAV-SCM1" redirect-carefully
      BrowserMatch " Konqueror/4" redirect-carefully

      # To the snapshots links lead, and in them none is followed.
      <Directory "%1$s/versions">
        Options FollowSymLinks
      </Directory>
      <Directory "%1$s/versions/shares/*/*">
        Options None
      </Directory>
      <Directory "%1$s/versions/homes/*/*/*">
        Options None
      </Directory>

      <Location "/dav">
        Dav On
        DavDepthInfinity Off
        RequestHeader set Timeout "Second-600" "expr=%%{REQUEST_METHOD} == 'LOCK'"
        Alias "%%{ENV:place}%%{ENV:rest}"
        AuthType Basic
        AuthName "homecloud"
        AuthBasicProvider file
        AuthUserFile "%1$s/access/users"
        AuthGroupFile "%1$s/access/groups"
        AuthzSendForbiddenOnFailure On
        <RequireAny>
          Require group "%%{ENV:key}-write"
          <RequireAll>
            Require expr "%%{ENV:guests} == 'write'"
            <RequireAny>
              Require expr "-z %%{HTTP:Authorization}"
              Require valid-user
            </RequireAny>
          </RequireAll>
          <RequireAll>
            Require method GET HEAD OPTIONS PROPFIND REPORT
            <RequireAny>
              Require group "%%{ENV:key}-read"
              <RequireAll>
                Require expr "%%{ENV:guests} == 'read'"
                <RequireAny>
                  Require expr "-z %%{HTTP:Authorization}"
                  Require valid-user
                </RequireAny>
              </RequireAll>
            </RequireAny>
          </RequireAll>
        </RequireAny>
        LogMessage "begin %%{SSL_PROTOCOL} %%{REMOTE_ADDR} %%{REMOTE_PORT} %%{REQUEST_METHOD} u=%%{REMOTE_USER} %%{REQUEST_URI}" hook=fixups "expr=%%{IS_SUBREQ} == 'false'"
        Header always set Content-Security-Policy "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
        Header always edit WWW-Authenticate "^Basic realm=\\"homecloud\\"$" "Basic realm=\\"homecloud\\", charset=\\"UTF-8\\""
        Header always set X-Content-Type-Options nosniff
        Header always set Cross-Origin-Resource-Policy same-origin
        Header always set Referrer-Policy no-referrer
        Header set Cache-Control "private, no-cache"
        Header set Content-Disposition attachment "expr=%%{REQUEST_METHOD} == 'GET' && %%{CONTENT_TYPE} !~ m#^(image/(png|jpeg|gif|webp|avif|bmp)|audio/|video/|text/plain)#"
        Header always set Retry-After 900 "expr=%%{REQUEST_STATUS} == 429"
      </Location>

      # What httpd keeps among the files is its own business.
      <LocationMatch "(?s)^/dav/(.*/)?\\.(DAV(/|$)|davfs\\.tmp)">
        Require all denied
      </LocationMatch>
      """;

  /**
   * Own directory. The condition is looked at when everything was done and nothing was answered:
   * the file that it reads cannot be opened before {@link SyncGate} has brought the share to the
   * disk. The header itself does not exist. {@code always}, as mod_dav answers by way of httpd's
   * errors when what it wrote was there before (204), and no other rules are looked at then.
   */
  static final String DURABLE =
      """

      <Location "/dav">
        Header always unset X-Homecloud-Kept "expr=%%{REQUEST_METHOD} =~ /^(PUT|MKCOL|MOVE|COPY)$/ && %%{REQUEST_STATUS} -lt 300 && -n file('%1$s/kept/' . env('share'))"
      </Location>
      """;

  /** Own directory. */
  static final String AUTHORITY =
      """

      Alias "/homecloud-ca.crt" "%1$s/public/homecloud-ca.crt"
      <Location "/homecloud-ca.crt">
        ForceType application/x-x509-ca-cert
        Require all granted
      </Location>
      """;

  /**
   * Homecloud's HTTP port; our own. A client may name headers in {@code Connection}, which a proxy
   * then takes out: not those that we put in. Health and figures are for the machine alone.
   */
  static final String FRONT_HEAD =
      """

      RewriteCond "%%{HTTP:Connection}" "forwarded" [NC]
      RewriteRule "^" - [R=400,L]
      RewriteRule "^/q(/|$)" - [R=404,L]
      AllowEncodedSlashes NoDecode
      ProxyRequests Off
      ProxyPreserveHost On
      ProxyAddHeaders On
      RequestHeader unset Forwarded
      RequestHeader unset X-Forwarded-For
      RequestHeader unset X-Forwarded-Host
      RequestHeader unset X-Forwarded-Server
      RequestHeader unset X-Forwarded-Prefix
      RequestHeader unset X-Forwarded-Ssl
      RequestHeader unset X-Real-IP
      RequestHeader set X-Forwarded-Proto https
      RequestHeader set X-Forwarded-Port %d
      ProxyPass "/dav" "!"
      ProxyPass "/homecloud-ca.crt" "!"
      """;

  /** A path that another process answers; the first that fits counts. */
  static final String OTHER =
      """
      ProxyPass "%1$s" "%2$s" nocanon timeout=3600
      """;

  static final String FRONT =
      """
      ProxyPass "/" "%s" nocanon timeout=3600
      """;

  /** Also where homecloud answers at another address: it believes who comes from there. */
  static final String FROM_LOOPBACK = "ProxySourceAddress 127.0.0.1\n";

  static final String TOKEN =
      """

      RewriteRule "^/-/%s$" - [R=204,L]
      """;

  private ConfigTemplate() {}

  private static String load(List<String> modules) {
    return modules.stream()
        .map(m -> "LoadModule %1$s_module %2$smod_%1$s.so\n".formatted(m, MODULE_DIRECTORY))
        .collect(Collectors.joining());
  }
}
