package io.homecloud.testkit;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Signal;
import io.homecloud.host.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One real Kubernetes API server with its etcd for all tests of a JVM, started by the first that
 * asks. Nothing else of Kubernetes runs: no namespace is emptied by itself, and no pod starts. The
 * system property {@code homecloud.test.kube} names the binary that is all of Kubernetes.
 */
public final class KubernetesApi {
  private static final Duration READY = Duration.ofMinutes(3);
  private static final Duration END = Duration.ofSeconds(5);

  private KubernetesApi() {}

  /** Starts it where it does not run; where the administrator's kubeconfig is. */
  public static Path kubeconfig() {
    return Path.of(act("start"));
  }

  /** Ends the API server, and not etcd, until {@link #start}; for tests of an outage. */
  public static void stop() {
    act("stop");
  }

  /** As it was, with all that is in it. */
  public static void start() {
    act("start");
  }

  private static String act(String verb) {
    return PerJvm.shared("kubernetes", KubernetesApi::launch)
        .apply(Map.of("do", verb))
        .getOrDefault("kubeconfig", "");
  }

  private static UnaryOperator<Map<String, String>> launch() throws IOException {
    Tools tools = new Tools(new LocalHost());
    Path directory = TestDirectory.ofThisProcess("kubernetes", path -> remove(tools, path));
    Running running =
        new Running(directory, KubernetesCertificates.make(tools, directory.resolve("pki")));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              running.end();
              remove(tools, directory);
            }));
    return request -> running.answer(request.getOrDefault("do", ""));
  }

  /** Ends what a killed process left behind in it too. */
  private static void remove(Tools tools, Path directory) {
    try {
      Supervisor.open(directory.resolve("run"), directory.resolve("log")).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tools.must("rm", "-rf", "--one-file-system", "--", directory.toString());
  }

  /** What runs, and where. */
  private static final class Running {
    private final Path directory;
    private final KubernetesCertificates certificates;
    private final Supervisor supervisor;
    private final int port;
    private final int etcd;
    private final Path kubeconfig;
    private boolean serves;
    private Daemon server;

    Running(Path directory, KubernetesCertificates certificates) throws IOException {
      this.directory = directory;
      this.certificates = certificates;
      this.port = FreePort.find();
      this.etcd = FreePort.find();
      this.supervisor = Supervisor.open(directory.resolve("run"), directory.resolve("log"));
      this.kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(kubeconfig, certificates.kubeconfig(port));
      await(supervisor.start(etcd()));
      this.server = begin();
    }

    synchronized Map<String, String> answer(String verb) {
      if (verb.equals("stop")) {
        server.close();
        serves = false;
      } else if (!serves) {
        server = begin();
      }
      return Map.of("kubeconfig", kubeconfig.toString());
    }

    private Daemon begin() {
      Daemon started = supervisor.start(apiServer());
      await(started);
      serves = true;
      return started;
    }

    synchronized void end() {
      try {
        supervisor.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void await(Daemon daemon) {
      try {
        if (!daemon.awaitReady(READY)) {
          throw new IllegalStateException(
              daemon.spec().name() + " does not start: " + String.join("\n", daemon.lastLines()));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private DaemonSpec etcd() throws IOException {
      String client = "http://127.0.0.1:" + etcd;
      String peer = "http://127.0.0.1:" + FreePort.find();
      return new DaemonSpec(
              "etcd",
              "/usr/bin/etcd",
              "--data-dir=" + directory.resolve("etcd"),
              "--listen-client-urls=" + client,
              "--advertise-client-urls=" + client,
              "--listen-peer-urls=" + peer,
              "--initial-advertise-peer-urls=" + peer,
              "--initial-cluster=default=" + peer,
              // It is alone; where the disk is slow it would have no leader for a while.
              "--heartbeat-interval=1000",
              "--election-timeout=10000",
              // Nothing of a test outlives the machine, and a disk that stalls would fail it.
              "--unsafe-no-fsync")
          .readyWhen(() -> listens(etcd), READY)
          .stoppedBy(Signal.KILL, END);
    }

    private DaemonSpec apiServer() {
      String kube = System.getProperty("homecloud.test.kube", "");
      if (kube.isEmpty()) {
        throw new IllegalStateException(
            "-Dhomecloud.test.kube names the Kubernetes that ./homecloud test builds");
      }
      return new DaemonSpec(
              "kube-apiserver",
              kube,
              "kube-apiserver",
              "--etcd-servers=http://127.0.0.1:" + etcd,
              "--bind-address=127.0.0.1",
              "--secure-port=" + port,
              "--advertise-address=127.0.0.1",
              "--endpoint-reconciler-type=none",
              "--tls-cert-file=" + certificates.path("server.crt"),
              "--tls-private-key-file=" + certificates.path("server.key"),
              "--client-ca-file=" + certificates.path("ca.crt"),
              "--service-account-issuer=https://kubernetes.default.svc",
              "--service-account-key-file=" + certificates.path("accounts.key"),
              "--service-account-signing-key-file=" + certificates.path("accounts.key"),
              "--authorization-mode=RBAC",
              "--allow-privileged=true",
              "--service-cluster-ip-range=10.43.0.0/16",
              "--disable-admission-plugins=ServiceAccount")
          .readyWhen(this::ready, READY)
          .stoppedBy(Signal.KILL, END);
    }

    private static boolean listens(int port) throws IOException {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return true;
      }
    }

    /** Asked without words about who we are: health is anybody's. */
    private boolean ready() throws Exception {
      return listens(port) && KubernetesHealth.ready(port, Path.of(certificates.path("ca.crt")));
    }
  }
}
