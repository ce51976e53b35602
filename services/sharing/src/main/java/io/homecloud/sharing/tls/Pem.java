package io.homecloud.sharing.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of certificates and keys in PEM (RFC 7468). */
final class Pem {
  private static final long LARGEST = 1 << 20;
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  private static final int ALTERNATIVE_DNS = 2;
  private static final int ALTERNATIVE_IP = 7;

  private Pem() {}

  /** Its first certificate; empty when there is no such file, or no certificate in it. */
  static Optional<X509Certificate> certificate(Path file) throws IOException {
    return certificateText(file).flatMap(Pem::parsed);
  }

  /** Its first certificate; empty when there is none in it. */
  static Optional<X509Certificate> certificate(String text) {
    return first(text).flatMap(Pem::parsed);
  }

  /** That of a file as it is written. */
  static Optional<String> certificateText(Path file) throws IOException {
    try {
      return Files.size(file) > LARGEST
          ? Optional.empty()
          : first(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> first(String text) {
    Matcher match = CERTIFICATE.matcher(text);
    return match.find() ? Optional.of(match.group() + "\n") : Optional.empty();
  }

  private static Optional<X509Certificate> parsed(String certificate) {
    byte[] bytes = certificate.getBytes(StandardCharsets.US_ASCII);
    try {
      return Optional.of(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes)));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  static HouseNames names(X509Certificate certificate) {
    List<String> dns = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    try {
      var all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        String text = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
        if (name.getFirst().equals(ALTERNATIVE_DNS)) {
          dns.add(text);
        } else if (name.getFirst().equals(ALTERNATIVE_IP)) {
          addresses.add(text.contains(":") ? shortest(text) : text);
        }
      }
      return HouseNames.of(dns, addresses);
    } catch (CertificateException | IllegalArgumentException e) {
      return HouseNames.of(List.of(), List.of());
    }
  }

  /** Java writes eight groups where people, and we, write {@code ::1}. */
  private static String shortest(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress() ? "::1" : address;
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
