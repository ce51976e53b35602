package io.homecloud.sharing.bench;

import java.nio.file.Path;

/** Debian's defaults with one share in them; places and ports apart, nothing is tuned. */
final class BareConfig {
  private BareConfig() {}

  /** /etc/samba/smb.conf of Debian 12 and 13 without homes and printers. */
  static String samba(Path own, Path files, int port) {
    return """
    [global]
      workgroup = WORKGROUP
      log file = %1$s/log.%%m
      max log size = 1000
      logging = file
      server role = standalone server
      obey pam restrictions = yes
      map to guest = bad user
      usershare max shares = 0
      smb ports = %3$d
      disable netbios = yes
      private dir = %1$s
      state directory = %1$s
      cache directory = %1$s
      lock directory = %1$s
      pid directory = %1$s
      ncalrpc dir = %1$s/ncalrpc
      passdb backend = tdbsam:%1$s/passdb.tdb
    [files]
      path = %2$s
      read only = no
    """
        .formatted(own, files, port);
  }

  /** What Ganesha's own example (config_samples/vfs.conf) sets, without 90 s of grace at first. */
  static String ganesha(Path files, int port, int mountPort) {
    return """
    NFS_CORE_PARAM {
      NFS_Port = %2$d;
      MNT_Port = %3$d;
      Protocols = 3,4;
    }
    NFSv4 {
      Graceless = true;
    }
    EXPORT {
      Export_Id = 1;
      Path = "%1$s";
      Pseudo = "/files";
      Access_Type = RW;
      Squash = No_Root_Squash;
      SecType = sys;
      FSAL { Name = VFS; }
    }
    """
        .formatted(files, port, mountPort);
  }

  /** apache2.conf, mpm_event.conf, ssl.conf and dav_fs.conf of Debian's package apache2. */
  static String httpd(Path own, Path files, int port) {
    StringBuilder modules = new StringBuilder();
    for (String module :
        new String[] {
          "mpm_event",
          "access_compat",
          "alias",
          "auth_basic",
          "authn_core",
          "authn_file",
          "authz_core",
          "authz_host",
          "authz_user",
          "autoindex",
          "deflate",
          "dir",
          "env",
          "filter",
          "mime",
          "negotiation",
          "reqtimeout",
          "setenvif",
          "status",
          "socache_shmcb",
          "ssl",
          "dav",
          "dav_fs"
        }) {
      modules.append(
          "LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n".formatted(module));
    }
    return modules
        + """
        Listen 127.0.0.1:%3$d
        User www-data
        Group www-data
        ServerName localhost
        DefaultRuntimeDir %1$s
        PidFile %1$s/pid
        Mutex file:%1$s default
        Timeout 300
        KeepAlive On
        MaxKeepAliveRequests 100
        KeepAliveTimeout 5
        HostnameLookups Off
        ErrorLog %1$s/error.log
        LogLevel warn
        LogFormat "%%h %%l %%u %%t \\"%%r\\" %%>s %%O \\"%%{Referer}i\\" \\"%%{User-Agent}i\\"" combined
        CustomLog %1$s/access.log combined
        RequestReadTimeout header=20-40,minrate=500
        RequestReadTimeout body=10,minrate=500
        StartServers 2
        MinSpareThreads 25
        MaxSpareThreads 75
        ThreadLimit 64
        ThreadsPerChild 25
        MaxRequestWorkers 150
        MaxConnectionsPerChild 0
        SSLSessionCache shmcb:%1$s/ssl_scache(512000)
        SSLSessionCacheTimeout 300
        SSLCipherSuite HIGH:!aNULL
        SSLProtocol all -SSLv3
        SSLSessionTickets off
        SSLEngine on
        SSLCertificateFile %1$s/certificate.pem
        SSLCertificateKeyFile %1$s/key.pem
        TypesConfig /etc/mime.types
        DavLockDB %1$s/DAVLock
        DocumentRoot %2$s
        <Directory />
          Options FollowSymLinks
          AllowOverride None
          Require all denied
        </Directory>
        <Directory %2$s>
          Dav On
          AuthType Basic
          AuthName files
          AuthUserFile %1$s/users
          Require valid-user
        </Directory>
        """
            .formatted(own, files, port);
  }
}
