package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.secret;
import static io.homecloud.backup.DuplicityAsking.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.secret.ClusterSecrets;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.control.Name;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ClusterSecretsIT {
  @Inject BackupControl control;

  @Test
  void aSecretOfTheClusterIsChangedThere() throws IOException {
    // Given
    String name = freshName();
    secret(name, "passphrase", "of this node");
    var _ =
        made(API + "/repositories", name, spec("file://" + place().resolve("copies"), name, ""));
    var repository =
        control.plane().resources().find(BackupKinds.REPOSITORY, new Name(name)).orElseThrow();

    // When
    new ClusterSecrets<RepositorySpec, RepositoryStatus>(
            control.secrets(), control.secretUse(), RepositorySpec::secrets)
        .take(repository, new Name(name), Map.of("passphrase", "of the cluster\n"));

    // Then
    assertProblem(
        asking().body("{\"values\":{\"passphrase\":\"mine\"}}").put(API + "/secrets/" + name),
        409,
        "field-owned");
    assertThat(control.secrets().find(new Name(name)).orElseThrow().values())
        .containsEntry(SecretKey.passphrase, "of the cluster");
  }
}
