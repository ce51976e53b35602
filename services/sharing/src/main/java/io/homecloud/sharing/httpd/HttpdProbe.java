package io.homecloud.sharing.httpd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Asks httpd as a client would whether it serves by a certain configuration. */
final class HttpdProbe {
  private static final int LIMIT_MILLIS = 3000;

  private HttpdProbe() {}

  /** True when what listens there shows that certificate and knows that token. */
  static boolean serves(InetAddress address, HttpdConfig.Rendered expected) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, expected.port()), LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Exactly(expected.certificate().leaf())}, null);
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, address.getHostAddress(), expected.port(), true)) {
        socket
            .getOutputStream()
            .write(
                "GET /-/%s HTTP/1.0\r\n\r\n"
                    .formatted(expected.token())
                    .getBytes(StandardCharsets.US_ASCII));
        byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 204".length());
        return new String(start, StandardCharsets.US_ASCII).endsWith(" 204");
      }
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  /** Trusts one certificate, whoever signed it and whatever name it is for. */
  private record Exactly(X509Certificate expected) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no clients here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!chain[0].equals(expected)) {
        throw new CertificateException("another certificate");
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
