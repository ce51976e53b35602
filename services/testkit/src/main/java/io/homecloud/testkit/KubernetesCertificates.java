package io.homecloud.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The keys of a Kubernetes API server, and of its administrator. */
record KubernetesCertificates(Path directory) {
  private static final String DAYS = "2";

  /** Made anew, by openssl. */
  static KubernetesCertificates make(Tools tools, Path directory) throws IOException {
    KubernetesCertificates certificates = new KubernetesCertificates(directory);
    Files.createDirectories(directory);
    tools.must(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        DAYS,
        "-subj",
        "/CN=test-ca",
        "-keyout",
        certificates.path("ca.key"),
        "-out",
        certificates.path("ca.crt"));
    certificates.signed(tools, "server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1");
    certificates.signed(
        tools, "admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth");
    tools.must(
        "openssl",
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        certificates.path("accounts.key"));
    return certificates;
  }

  private void signed(Tools tools, String name, String subject, String extension)
      throws IOException {
    tools.must(
        "openssl",
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        subject,
        "-keyout",
        path(name + ".key"),
        "-out",
        path(name + ".csr"));
    Files.writeString(directory.resolve(name + ".ext"), extension + "\n");
    tools.must(
        "openssl",
        "x509",
        "-req",
        "-in",
        path(name + ".csr"),
        "-CA",
        path("ca.crt"),
        "-CAkey",
        path("ca.key"),
        "-CAcreateserial",
        "-days",
        DAYS,
        "-extfile",
        path(name + ".ext"),
        "-out",
        path(name + ".crt"));
  }

  String path(String name) {
    return directory.resolve(name).toString();
  }

  /** What a client of the administrator needs to know, as kubectl reads it. */
  String kubeconfig(int port) throws IOException {
    return """
    apiVersion: v1
    kind: Config
    current-context: test
    contexts: [{name: test, context: {cluster: test, user: admin}}]
    clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
    users: [{name: admin, user: {client-certificate-data: %s, client-key-data: %s}}]
    """
        .formatted(port, encoded("ca.crt"), encoded("admin.crt"), encoded("admin.key"));
  }

  private String encoded(String name) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve(name)));
  }
}
