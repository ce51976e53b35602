package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.homecloud.control.InstallationKey;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.sign.SigningKeys;
import io.homecloud.control.wish.NodeSecrets;
import io.homecloud.control.wish.SecretUse;
import io.homecloud.host.WholeFile;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret comes by reference, and comes again when it has changed. */
class SecretsIT {
  private final String namespace = "secret-" + UUID.randomUUID().toString().substring(0, 8);
  private static final String PASSWORDS = "homecloud-passwords";

  private Kubectl kubectl;

  @BeforeEach
  void install() {
    kubectl = TestCluster.kubectl(namespace);
  }

  @AfterEach
  void disconnect() {
    kubectl.close();
  }

  private void secret(String name, String password) {
    secret(name, password, Map.of());
  }

  private void secret(String name, String password, Map<String, String> labels) {
    var _ =
        kubectl
            .connection()
            .client()
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .withLabels(labels)
                    .endMetadata()
                    .addToStringData("password", password)
                    .build())
            .forceConflicts()
            .serverSideApply();
  }

  /** Every volume refers to the secret of its own name. */
  private record Heard(List<String> values, AtomicInteger failures)
      implements SecretUse<VolumeSpec, VolumeStatus> {
    Heard() {
      this(new CopyOnWriteArrayList<>(), new AtomicInteger());
    }

    @Override
    public List<Name> names(Resource<VolumeSpec, VolumeStatus> volume) {
      return List.of(volume.name());
    }

    @Override
    public void take(
        Resource<VolumeSpec, VolumeStatus> volume, Name secret, Map<String, String> values) {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("the database is away");
      }
      String password = values.get("password");
      if ("short".equals(password)) {
        throw CommonProblem.BODY_INVALID.because("It has to be longer.");
      }
      this.values.add(secret + "=" + password);
    }
  }

  @Test
  void aSecretIsTakenByWhoRefersToItAndAgainWhenItChanges() {
    // Given
    Heard heard = new Heard();
    secret("nobodys", "hidden");
    try (PlainService service =
        new PlainService(
            TestPostgres.freshSchema().migrated("db/events", "db/control"),
            namespace,
            "pi-1",
            plane -> plane.useSecrets(StorageKinds.VOLUME, heard))) {
      // When
      kubectl.apply(CustomKind.VOLUME, "{metadata: {name: anna}, spec: {pool: home}}");
      within(Kubectl.LIMIT, () -> assertThat(service.volume("anna")).isPresent());
      secret("anna", "one");
      within(Kubectl.LIMIT, () -> assertThat(heard.values()).containsExactly("anna=one"));
      heard.failures().set(1);
      secret("anna", "two");

      // Then
      within(
          Kubectl.LIMIT, () -> assertThat(heard.values()).containsExactly("anna=one", "anna=two"));
    }
  }

  @Test
  void whoRefersToASecretThatCannotBeUsedIsTold() {
    // Given
    Heard heard = new Heard();
    try (PlainService service =
        new PlainService(
            TestPostgres.freshSchema().migrated("db/events", "db/control"),
            namespace,
            "pi-1",
            plane -> plane.useSecrets(StorageKinds.VOLUME, heard))) {
      kubectl.apply(CustomKind.VOLUME, "{metadata: {name: anna}, spec: {pool: home}}");
      within(Kubectl.LIMIT, () -> assertThat(service.volume("anna")).isPresent());
      secret("anna", "one");
      within(Kubectl.LIMIT, () -> assertThat(heard.values()).containsExactly("anna=one"));

      // When
      secret("anna", "short");

      // Then
      within(
          Kubectl.LIMIT,
          () -> assertThat(kubectl.told("anna")).containsOnlyOnce("SecretNotUsable"));
      assertThat(kubectl.messages("anna"))
          .anySatisfy(said ->
              assertThat(said)
                  .contains("Secret anna", "It has to be longer.")
                  .doesNotContain("short"));

      // When
      kubectl.connection().client().secrets().inNamespace(namespace).withName("anna").delete();

      // Then
      within(
          Kubectl.LIMIT, () -> assertThat(kubectl.told("anna")).containsOnlyOnce("SecretDeleted"));

      // When
      secret("anna", "of the administrator", Map.of("app.kubernetes.io/part-of", "homecloud"));

      // Then
      within(
          Kubectl.LIMIT,
          () ->
              assertThat(kubectl.messages("anna"))
                  .anySatisfy(said -> assertThat(said).contains("homecloud was installed with")));
      assertThat(heard.values()).containsExactly("anna=one");
    }
  }

  @Test
  void allProcessesSignWithTheSameKeysAndFollowWhoChangesThem(@TempDir Path directory)
      throws IOException {
    // Given
    Path here = directory.resolve("here");
    Path there = directory.resolve("there");
    try (SignInSecret first = new SignInSecret(kubectl.connection(), namespace, here);
        SignInSecret second = new SignInSecret(kubectl.connection(), namespace, there)) {
      // When
      first.start();
      second.start();

      // Then
      assertThat(keys(there)).isNotEmpty().isEqualTo(keys(here));
      assertThat(Files.readString(there.resolve(SignInSecret.PUBLIC))).doesNotContain("\"d\"");

      // When
      Path other = otherKeys(directory);
      changed(here, other);

      // Then
      within(Kubectl.LIMIT, () -> assertThat(keys(there)).isEqualTo(keys(other)));
      assertThat(keys(here)).isEqualTo(keys(other));
    }
  }

  @Test
  void keysThatWereChangedWhileTheApiWasAwayAreThoseOfAllAfterARestartToo(@TempDir Path directory)
      throws IOException {
    // Given
    Path here = directory.resolve("here");
    Path there = directory.resolve("there");
    Path other = otherKeys(directory);
    try (SignInSecret before = new SignInSecret(kubectl.connection(), namespace, here)) {
      before.start();
    }

    // When
    KubernetesApi.stop();
    try (SignInSecret after = new SignInSecret(kubectl.connection(), namespace, here)) {
      after.start();
      changed(here, other);
      KubernetesApi.start();

      // Then
      try (SignInSecret second = new SignInSecret(kubectl.connection(), namespace, there)) {
        second.start();
        within(Kubectl.LIMIT, () -> assertThat(keys(there)).isEqualTo(keys(other)));
      }
      assertThat(keys(here)).isEqualTo(keys(other));
    } finally {
      KubernetesApi.start();
    }
  }

  /** A directory with those of another namespace. */
  private Path otherKeys(Path directory) {
    Path other = directory.resolve("other");
    try (SignInSecret apart = new SignInSecret(kubectl.connection(), "default", other)) {
      apart.start();
    }
    return other;
  }

  private static void changed(Path directory, Path other) throws IOException {
    var _ =
        WholeFile.secret(directory.resolve(SignInSecret.PRIVATE))
            .write(Files.readString(other.resolve(SignInSecret.PRIVATE)));
  }

  @Test
  void allNodesHaveTheKeysOfWhoeverStartedFirst(@TempDir Path directory) throws IOException {
    // Given
    Path here = Files.createDirectory(directory.resolve("here"));
    Path there = Files.createDirectory(directory.resolve("there"));
    byte[] before = InstallationKey.DOCUMENTS.read(here);
    byte[] other = InstallationKey.DOCUMENTS.read(there);
    byte[] links = InstallationKey.GUEST_LINKS.read(there);

    // When
    for (Path secrets : List.of(here, there, here)) {
      try (KeysSecret keys = new KeysSecret(kubectl.connection(), namespace, secrets)) {
        keys.start();
      }
    }

    // Then
    for (InstallationKey key : InstallationKey.values()) {
      assertThat(there.resolve(key.file())).hasSameBinaryContentAs(here.resolve(key.file()));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key.in(there))))
          .isEqualTo("rw-------");
    }
    assertThat(InstallationKey.DOCUMENTS.in(there)).hasBinaryContent(before);
    assertThat(there.resolve("documents.key.before")).hasBinaryContent(other);
    assertThat(there.resolve("guest-links.key.before")).hasBinaryContent(links);
    assertThat(here.resolve("documents.key.before")).doesNotExist();
    assertThat(there.resolve("installation-backup.key.before")).doesNotExist();
  }

  @Test
  void ofAFirstSecretThereIsOneHoweverManyBegin() throws Exception {
    // Given
    Api api = new Api(kubectl.connection().client(), namespace, new ObjectMapper());
    List<Callable<String>> nodes =
        IntStream.range(0, 8)
            .<Callable<String>>mapToObj(node ->
                () ->
                    new FirstSecret(api, "homecloud-first")
                        .data(() -> Map.of("first", new byte[] {(byte) node}))
                        .path("first")
                        .asText())
            .toList();

    // When
    Set<String> agreed = new HashSet<>();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> one : all.invokeAll(nodes)) {
        agreed.add(one.get());
      }
    }

    // Then
    assertThat(agreed).hasSize(1);
    assertThat(agreed.iterator().next()).isNotEmpty();
  }

  /** What a node has of secrets that all are to have. */
  private static final class Node implements NodeSecrets {
    private final Map<String, Dated> kept = new ConcurrentHashMap<>();
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();

    @Override
    public Map<String, Dated> here() {
      Map<String, Dated> here = new HashMap<>(kept);
      here.keySet().removeAll(leaving);
      return here;
    }

    @Override
    public void take(Map<String, Dated> theirs) {
      theirs.forEach((key, their) ->
          kept.merge(key, their, (our, _) -> their.set().isAfter(our.set()) ? their : our));
    }

    Node with(String key, int second, String content) {
      kept.put(key, new Dated(Instant.ofEpochSecond(second), content));
      return this;
    }

    void assertHas(String key, String content) {
      within(
          Kubectl.LIMIT,
          () -> assertThat(kept.get(key)).extracting(Dated::content).isEqualTo(content));
    }
  }

  private NewestSecret newest(Node node) {
    return new NewestSecret(kubectl.connection(), namespace, PASSWORDS, node);
  }

  private Map<String, String> entries() {
    Secret secret =
        kubectl.connection().client().secrets().inNamespace(namespace).withName(PASSWORDS).get();
    return secret == null || secret.getData() == null ? Map.of() : secret.getData();
  }

  @Test
  void aNodeThatComesHasWhatWasSetBeforeAndAllHaveWhatIsSetThen() {
    // Given
    Node pi = new Node().with("anna", 1, "{\"one\": 1}");
    Node loft = new Node();
    try (NewestSecret first = newest(pi);
        NewestSecret second = newest(loft)) {
      first.start();
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsOnlyKeys("anna"));

      // When
      second.start();

      // Then
      loft.assertHas("anna", "{\"one\": 1}");

      // When
      loft.with("anna", 2, "two").with("ben", 2, "also two");
      second.wake();

      // Then
      pi.assertHas("anna", "two");
      pi.assertHas("ben", "also two");
    }
  }

  @Test
  void aNodeThatWasAwayTakesWhatIsNewerAndOverwritesNothingThatIs() {
    // Given
    Node pi = new Node().with("anna", 2, "new").with("ben", 1, "old");
    Node attic = new Node().with("anna", 1, "old").with("ben", 2, "new").with("carl", 1, "alone");
    try (NewestSecret first = newest(pi);
        NewestSecret second = newest(attic)) {
      first.start();
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsOnlyKeys("anna", "ben"));

      // When
      second.start();

      // Then
      attic.assertHas("anna", "new");
      pi.assertHas("ben", "new");
      pi.assertHas("carl", "alone");
      pi.assertHas("anna", "new");
      attic.assertHas("ben", "new");
    }
  }

  @Test
  void whatIsSetWhileTheApiIsAwayIsToldLaterAndItsRemovalIsRefusedUntilThen() {
    // Given
    Node pi = new Node().with("anna", 1, "one");
    Node loft = new Node();
    try (NewestSecret first = newest(pi);
        NewestSecret second = newest(loft)) {
      first.start();
      second.start();
      loft.assertHas("anna", "one");

      // When
      KubernetesApi.stop();
      pi.with("anna", 2, "two");
      first.wake();

      // Then
      assertThatThrownBy(() -> first.remove("anna")).isInstanceOf(ApiAway.class);
      KubernetesApi.start();
      loft.assertHas("anna", "two");
    } finally {
      KubernetesApi.start();
    }
  }

  @Test
  void whatIsRemovedIsKeptForNobody() {
    // Given
    Node pi = new Node().with("anna", 1, "one").with("ben", 1, "one");
    try (NewestSecret first = newest(pi)) {
      first.remove("anna");
      first.start();
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsOnlyKeys("anna", "ben"));

      // When
      pi.leaving.add("anna");
      first.remove("anna");

      // Then
      assertThat(entries()).containsOnlyKeys("ben");
    }
  }

  @Test
  void manyAreRemovedAtOnceByDifferentNodes() throws Exception {
    // Given
    Node pi = new Node();
    IntStream.range(0, 8).forEach(i -> pi.with("n" + i, 1, "one"));
    try (NewestSecret first = newest(pi)) {
      first.agree();
      assertThat(entries()).hasSize(8);
    }
    List<Callable<Boolean>> nodes =
        pi.kept.keySet().stream()
            .<Callable<Boolean>>map(key ->
                () -> {
                  newest(new Node()).remove(key);
                  return true;
                })
            .toList();

    // When
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> one : all.invokeAll(nodes)) {
        assertThat(one.get()).isTrue();
      }
    }

    // Then
    assertThat(entries()).isEmpty();
  }

  @Test
  void aSecretThatWasDeletedIsMadeAgainAndWhatIsNoneOfOursIsPassedOver() {
    // Given
    Node pi = new Node().with("anna", 1, "one");
    try (NewestSecret first = newest(pi)) {
      first.start();
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsOnlyKeys("anna"));
      String before = entries().get("anna");

      // When
      kubectl.connection().client().secrets().inNamespace(namespace).withName(PASSWORDS).delete();

      // Then
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsEntry("anna", before));

      // When
      secret(PASSWORDS, "of whom?");
      pi.with("ben", 1, "one");
      first.wake();

      // Then
      within(Kubectl.LIMIT, () -> assertThat(entries()).containsKeys("anna", "ben", "password"));
      assertThat(pi.kept).containsOnlyKeys("anna", "ben");
    }
  }

  @Test
  void whatDoesNotFitRefusesNothing() {
    // Given
    Node pi = new Node().with("large", 1, "x".repeat(1_100_000));
    Node loft = new Node().with("anna", 1, "one");
    try (NewestSecret first = newest(pi);
        NewestSecret second = newest(loft)) {
      second.agree();

      // When
      first.agree();

      // Then
      assertThat(entries()).containsOnlyKeys("anna");
      pi.assertHas("anna", "one");
    }
  }

  private static List<String> keys(Path directory) {
    return new SigningKeys(directory.resolve(SignInSecret.PRIVATE))
        .all().stream().map(key -> key.getKeyId()).toList();
  }
}
