package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where files were is found, and that they are what they were is proven by restoring them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ProofIT {
  @Inject TestClock clock;
  @Inject BackupControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private static Response search(String query) {
    Response answer = asking().get(API + "/search?" + query);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer;
  }

  private static void completed(Response run) {
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void whereAFileWasIsFoundOverAllRuns(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    Path _ = repository(name, target(type, 300L << 20));
    plan(name, name, name, "");
    String letter = name + "-letter.txt";
    file(files, "desk/" + letter, "dear");
    String _ =
        Shell.in(
            files, "touch -- \"$(printf '%s-\\377\\nodd')\" '-rf %s-dash'".formatted(name, name));
    completed(run(name));
    completed(run(name));
    file(files, "desk/" + letter, "dear all");
    completed(run(name));
    Files.move(files.resolve("desk"), files.resolve("attic"));

    // When
    completed(run(name));

    // Then
    eventually(() -> assertThat(search("name=" + letter).<List<?>>path("items")).hasSize(2));
    Response found = search("name=" + letter.toUpperCase(java.util.Locale.ROOT));
    assertThat(found.<List<String>>path("items.path"))
        .containsExactly(name + "/attic/" + letter, name + "/desk/" + letter);
    assertThat(found.<List<Integer>>path("items[1].versions.runs")).containsExactly(1, 2);
    assertThat(found.<List<Integer>>path("items[1].versions.size")).containsExactly(8, 4);
    String last = found.path("items[0].versions[0].lastRun");
    assertThat(
            asking()
                .get(API + "/runs/" + last + "/files/" + found.path("items[0].path"))
                .asString())
        .isEqualTo("dear all");
    assertThat(search("name=desk/" + name + "*.txt").<List<?>>path("items")).hasSize(1);

    // And names that are no text are found, page by page
    Response page = search("limit=1&name=*" + name + "-*");
    List<String> paths = new java.util.ArrayList<>(page.<List<String>>path("items.path"));
    while (page.path("metadata.continue") != null) {
      page = search("limit=1&name=*" + name + "-*&continue=" + page.path("metadata.continue"));
      paths.addAll(page.<List<String>>path("items.path"));
    }
    assertThat(paths)
        .containsExactly(
            name + "/-rf%20" + name + "-dash",
            name + "/attic/" + letter,
            name + "/desk/" + letter,
            name + "/" + name + "-%FF%0Aodd");

    // And what no run has any more is not found
    for (String gone : runsWith(found)) {
      asking().delete(API + "/runs/" + gone + "?wait=120s").then().statusCode(204);
    }
    assertThat(search("name=" + letter).<List<String>>path("items.path"))
        .containsExactly(name + "/attic/" + letter);
  }

  private static List<String> runsWith(Response found) {
    String newest = found.path("items[0].versions[0].lastRun");
    return asking()
        .get(API + "/runs?plan=" + found.<String>path("items[0].plan"))
        .<List<String>>path("items.metadata.name")
        .stream()
        .filter(run -> !run.equals(newest))
        .toList();
  }

  @Test
  void copiesThatCouldNotBeLookedAtAreTold() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), name + ".txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    completed(run(name));
    eventually(
        () -> assertThat(search("name=" + name + ".txt").<List<?>>path("items")).isNotEmpty());
    String ours = "behind.find{it.plan=='%s'}".formatted(name);
    assertThat(search("name=" + name + ".txt").<Object>path(ours)).isNull();

    // When: nobody notices before the next run
    Files.writeString(
        BackupHouse.disks().directory().resolve("backup/index/%s.%s.index".formatted(name, name)),
        "no");
    Response found = search("name=" + name + ".txt");
    String page =
        given()
            .cookie("homecloud", TestTokens.administrator())
            .get("/backups/search?name=" + name + ".txt")
            .asString();

    // Then
    assertThat(found.<List<?>>path("items")).isEmpty();
    assertThat(found.<Map<String, Object>>path(ours))
        .containsOnly(Map.entry("repository", name), Map.entry("plan", name), Map.entry("runs", 1));
    assertThat(page)
        .contains("No copy of those that could be looked at has a file of that name")
        .contains("Plan %s, repository %s: one copy".formatted(name, name));
  }

  @Test
  void whatCannotBeLookedForIsSaid() {
    assertProblem(asking().get(API + "/search"), 400, "parameter-invalid");
    assertProblem(asking().get(API + "/search?name=%20"), 400, "parameter-invalid");
    assertProblem(asking().get(API + "/search?name=" + "x".repeat(256)), 422, "value-invalid");
    assertProblem(
        asking().get(API + "/search?name=x&continue=" + token("9:x")), 400, "continue-invalid");
    assertProblem(
        asking().get(API + "/search?name=x&continue=" + token("-1:x:-1")), 400, "continue-invalid");
  }

  private static String token(String position) {
    return java.util.Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("1:" + position).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatTheRulesSelectIsSaidBeforehand() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "docs/a.txt", "1234567890");
    file(files, "docs/b.tmp", "12345");
    file(files, "other/c.txt", "123");
    Path _ = repository(name, target("ext4", 64L << 20));
    var _ =
        Asking.made(
            API + "/plans",
            name,
            "{'repository':'%s','sources':[{'volume':'%s','path':'docs','exclude':['*.tmp']},{'volume':'nowhere'}]}"
                .formatted(name, name));

    // When
    Response preview = asking().get(API + "/plans/" + name + "/preview");

    // Then
    assertThat(preview.statusCode()).as(preview.asString()).isEqualTo(200);
    assertThat(preview.<Integer>path("sources[0].bytes")).isEqualTo(10);
    assertThat(preview.<Boolean>path("sources[0].complete")).isTrue();
    assertThat(preview.<String>path("sources[1].message")).contains("nowhere");
    assertThat(preview.<List<?>>path("runs")).isEmpty();
  }

  private Response verified(String plan, String query) {
    eventually(() -> assertThat(search("name=" + plan + "*").<List<?>>path("items")).isNotEmpty());
    Response task = asking().body("").post(API + "/plans/" + plan + "/verify?wait=300s" + query);
    assertThat(task.statusCode()).as(task.asString()).isEqualTo(200);
    assertThat(task.<String>path("state")).as(task.asString()).isEqualTo("Completed");
    return task;
  }

  private static void condition(String plan, String status, String reason) {
    eventually(() -> {
      Map<String, String> verified =
          asking().get(API + "/plans/" + plan).path("status.conditions.find{it.type=='Verified'}");
      assertThat(verified).containsEntry("status", status).containsEntry("reason", reason);
    });
  }

  private static void mixed(Path files, String name) throws IOException {
    for (int i = 0; i < 20; i++) {
      file(files, name + "-" + i + "/notes.txt", "note " + i);
    }
    String _ =
        Shell.in(files, "ln -s /etc/passwd link; mkfifo pipe; ln */notes.txt . 2>/dev/null || :");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void aSampleAndAllOfItAreProven(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    Path notOurs =
        Files.writeString(
            Files.createDirectories(BackupHouse.scratch()).resolve("not-ours.txt"),
            "not homecloud's");
    mixed(files, name);
    Path _ = repository(name, target(type, 300L << 20));
    plan(name, name, name, ",'verify':{'sample':'7'}");
    completed(run(name));
    file(files, name + "-3/notes.txt", "another note");
    completed(run(name));
    file(files, name + "-4/notes.txt", "changed after the copy");

    // When
    Response some = verified(name, "");
    Response all = verified(name, "&all=true");

    // Then
    assertThat(some.<Integer>path("result.files")).isEqualTo(7);
    assertThat(some.<Integer>path("result.wrong")).isZero();
    assertThat(some.<Integer>path("result.unknown")).isZero();
    assertThat(all.<Boolean>path("result.all")).isTrue();
    assertThat(all.<Integer>path("result.files")).isEqualTo(21);
    assertThat(all.<Integer>path("result.wrong")).isZero();
    condition(name, "True", "Verified");
    eventually(() ->
        assertThat(asking().get(API + "/plans/" + name).<String>path("status.verification.lastAll"))
            .isNotNull());
    assertThat(BackupHouse.scratch().resolve("homecloud-proof")).isEmptyDirectory();
    assertThat(notOurs).hasContent("not homecloud's");
  }

  @Test
  void aFlippedBitIsFound() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    mixed(files, name);
    Path root = repository(name, target("ext4", 100L << 20));
    plan(name, name, name, "");
    completed(run(name));
    flipABit(root.resolve(name + "/latest/" + name + "/" + name + "-5/notes.txt").toRealPath());

    // When
    Response all = verified(name, "&all=true");

    // Then
    assertThat(all.<Integer>path("result.wrong")).isEqualTo(1);
    assertThat(all.<List<String>>path("result.examples").getFirst())
        .endsWith(name + "/" + name + "-5/notes.txt");
    condition(name, "False", "Wrong");
    failureIsTold(name);
  }

  /** Twice, it is as it was. */
  private static void flipABit(Path copy) throws IOException {
    var before = Files.getLastModifiedTime(copy);
    try (RandomAccessFile disk = new RandomAccessFile(copy.toFile(), "rw")) {
      int was = disk.read();
      disk.seek(0);
      disk.write(was ^ 0x10);
    }
    Files.setLastModifiedTime(copy, before);
  }

  /** The plan as it is when it knows what came of that proof. */
  private static Response knowing(String plan, Response task) {
    eventually(() ->
        assertThat(asking().get(API + "/plans/" + plan).<String>path("status.verification.last.at"))
            .isEqualTo(task.<String>path("result.at")));
    return asking().get(API + "/plans/" + plan);
  }

  @Test
  void aDamagedFileIsKnownUntilItIsRightAgainOrItsRunIsGone() throws IOException {
    // Given: a sample of one of many, which hardly ever meets it
    String name = freshName();
    Path files = volume(name);
    mixed(files, name);
    Path root = repository(name, target("ext4", 100L << 20));
    plan(name, name, name, ",'verify':{'sample':'1'}");
    Response damaged = run(name);
    completed(damaged);
    Path copy = root.resolve(name + "/latest/" + name + "/" + name + "-5/notes.txt").toRealPath();
    flipABit(copy);
    assertThat(verified(name, "&all=true").<Integer>path("result.wrong")).isEqualTo(1);

    // When
    Response next = verified(name, "");

    // Then
    assertThat(next.<Integer>path("result.wrong")).isEqualTo(1);
    assertThat(next.<List<String>>path("result.damaged.path"))
        .containsExactly(name + "/" + name + "-5/notes.txt");
    assertThat(next.<List<String>>path("result.damaged.run"))
        .containsExactly(damaged.<String>path("metadata.name"));
    assertThat(Asking.condition(knowing(name, next), "Verified", "status")).isEqualTo("False");

    // And when it is right again
    flipABit(copy);

    // Then
    Response right = verified(name, "");
    assertThat(right.<List<?>>path("result.damaged")).isEmpty();
    assertThat(Asking.condition(knowing(name, right), "Verified", "status")).isEqualTo("True");

    // And when it is damaged again, and its run goes
    flipABit(copy);
    assertThat(verified(name, "&all=true").<Integer>path("result.wrong")).isEqualTo(1);
    file(files, name + "-5/notes.txt", "another note");
    completed(run(name));
    eventually(() ->
        assertThat(
                search("name=" + name + "/" + name + "-5/notes.txt")
                    .<List<?>>path("items[0].versions"))
            .hasSize(2));
    Response old = verified(name, "");
    assertThat(old.<Integer>path("result.wrong")).isEqualTo(1);
    assertThat(Asking.condition(knowing(name, old), "Verified", "status")).isEqualTo("False");
    asking()
        .delete(API + "/runs/" + damaged.<String>path("metadata.name") + "?wait=120s")
        .then()
        .statusCode(204);

    // Then
    Response without = verified(name, "");
    assertThat(without.<Integer>path("result.wrong")).isZero();
    assertThat(Asking.condition(knowing(name, without), "Verified", "status")).isEqualTo("True");
  }

  @Test
  void whatDuplicityHasIsComparedWithTheVolumeAndAFlippedBitIsFound() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    mixed(files, name);
    Path root = DuplicityAsking.repository(name, "");
    plan(name, name, name, ",'verify':{'sample':'3'}");
    // A copy is called by a whole second; of what changed in it nobody knows whether it was later.
    String _ = Shell.in(files, "sleep 1");
    completed(run(name));
    file(files, name + "-4/notes.txt", "changed after the copy");

    // When
    Response some = verified(name, "");
    Response all = verified(name, "&all=true");

    // Then
    assertThat(some.<Integer>path("result.files")).isEqualTo(3);
    assertThat(some.<Integer>path("result.wrong")).isZero();
    assertThat(all.<Integer>path("result.files")).isEqualTo(21);
    assertThat(all.<Integer>path("result.unknown")).isEqualTo(1);
    assertThat(all.<Integer>path("result.wrong")).isZero();
    condition(name, "True", "Verified");

    // And when a bit of the copy is another one
    DuplicityAsking.flipABit(root);

    // Then
    assertThat(verified(name, "&all=true").<Integer>path("result.wrong")).isEqualTo(21);
    condition(name, "False", "Wrong");
    failureIsTold(name);
    assertThat(verified(name, "").<Integer>path("result.wrong")).isEqualTo(21);
  }

  @Test
  void aBitThatTheDiskFlippedIsFoundWhereItCannotEvenBeRead() throws IOException {
    // Given: btrfs knows by its own checksums
    String name = freshName();
    Path files = volume(name);
    mixed(files, name);
    String marked = "flipped " + UUID.randomUUID();
    file(files, name + "-large.txt", marked + "x".repeat(100_000));
    Path disk = BackupHouse.disks().disk(300L << 20);
    String _ = Shell.must("mkfs.btrfs", "-q", "-m", "dup", disk.toString());
    Path mounted = BackupHouse.disks().mount(disk);
    Path _ = repository(name, mounted);
    plan(name, name, name, "");
    completed(run(name));
    eventually(() -> assertThat(search("name=" + name + "*").<List<?>>path("items")).isNotEmpty());
    BackupHouse.disks().unmount(disk, mounted);
    flip(BackupHouse.disks().image(disk), marked);
    String _ = Shell.must("mount", disk.toString(), mounted.toString());

    // When
    Response all = verified(name, "&all=true");

    // Then
    assertThat(all.<Integer>path("result.wrong")).isEqualTo(1);
    assertThat(all.<Integer>path("result.files")).isEqualTo(22);
    failureIsTold(name);
  }

  private static void failureIsTold(String plan) {
    eventually(() -> {
      List<String> told =
          TestKafka.messages("homecloud.backup").stream()
              .filter(message ->
                  message.contains("io.homecloud.backup.verification-failed.v1")
                      && message.contains('"' + plan + '"'))
              .toList();
      assertThat(told).hasSize(1);
      assertThat(EventSchemas.violations(told.getFirst())).isEmpty();
    });
  }

  private static void flip(Path image, String content) throws IOException {
    byte[] wanted = content.getBytes(StandardCharsets.UTF_8);
    String at =
        Shell.must(
            "grep",
            "--only-matching",
            "--byte-offset",
            "--text",
            "--max-count=1",
            "-F",
            content,
            image.toString());
    long offset = Long.parseLong(at.substring(0, at.indexOf(':')));
    try (RandomAccessFile disk = new RandomAccessFile(image.toFile(), "rw")) {
      disk.seek(offset);
      disk.write(wanted[0] ^ 1);
    }
  }

  @Test
  void itIsProvenByItselfWhenItIsDueAndOnceAMonthAllOfIt() throws IOException {
    // Given
    String name = copiedNineDaysAgo(",'schedule':'0 3 * * *'");

    // When
    clock.setRight();

    // Then
    eventually(() -> {
      Response now = lookedAt(name);
      assertThat(now.<Integer>path("status.verification.last.files")).isEqualTo(1);
      assertThat(now.<Boolean>path("status.verification.last.all")).isTrue();
      assertThat(Instant.parse(now.path("status.verification.next"))).isAfter(Instant.now());
    });
    condition(name, "True", "Verified");
  }

  @Test
  void whatCouldNotBeProvenWhenItWasDueIsTriedAgainTheSameDay() throws IOException {
    // Given: a place to restore into that is none
    Path place = BackupHouse.scratch().resolve("homecloud-proof");
    eventually(() -> {
      Files.deleteIfExists(place);
      var _ = Files.createSymbolicLink(place, Path.of("nowhere"));
    });
    String name = copiedNineDaysAgo(",'verify':{'schedule':'0 3 * * *'}");
    clock.setRight();
    eventually(() -> assertThat(verified(lookedAt(name))).isEqualTo("CouldNot"));
    Files.delete(place);

    // When
    clock.set(Instant.now().plus(Duration.ofHours(8)));

    // Then
    eventually(() -> assertThat(verified(lookedAt(name))).isEqualTo("Verified"));
  }

  /** A plan, with a run whose file is found; the clock stays there. */
  private String copiedNineDaysAgo(String more) throws IOException {
    String name = freshName();
    file(volume(name), name + ".txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    clock.set(Instant.now().minus(Duration.ofDays(9)));
    plan(name, name, name, more);
    completed(run(name));
    eventually(
        () -> assertThat(search("name=" + name + ".txt").<List<?>>path("items")).isNotEmpty());
    return name;
  }

  /** A plan as it is; it is looked at once more. */
  private Response lookedAt(String plan) {
    Response now = asking().get(API + "/plans/" + plan);
    control.plane().wake(UUID.fromString(now.path("metadata.uid")));
    return now;
  }

  /** The reason of what a plan says of its proof. */
  private static String verified(Response plan) {
    return plan.path("status.conditions.find{it.type=='Verified'}.reason");
  }

  private static void swapped(String repository, Drive out, Drive in) {
    eventually(() -> {
      Response set = asking().get(API + "/repositories/" + repository);
      assertThat(out.in(set, "present")).as(set.asString()).isEqualTo(false);
      assertThat(in.in(set, "present")).isEqualTo(true);
      assertThat(in.in(set, "runs")).isNotNull();
    });
  }

  private static List<String> drivesWith(String name) {
    return search("name=" + name).path("items.drive");
  }

  @Test
  void ofDrivesThatAreSwappedThoseThatAreHereAreProvenAndFound() throws IOException {
    // Given: each has a version that the other one has not
    String name = freshName();
    String letter = name + "-letter.txt";
    Path files = volume(name);
    file(files, letter, "dear");
    Drive blue = Drive.made("ext4", "blue", 64L << 20);
    Drive red = Drive.made("ext4", "red", 64L << 20).unplugged();
    var _ =
        Asking.made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s,%s/homecloud'}".formatted(blue.uuid(), red.uuid()));
    plan(name, name, name, "");
    completed(run(name));
    eventually(() -> assertThat(drivesWith(letter)).containsExactly(blue.uuid()));
    eventually(() -> assertThat(blue.isMounted()).isFalse());
    Drive away = blue.unplugged();
    Drive here = red.pluggedIn();
    swapped(name, away, here);
    file(files, letter, "dear all");
    completed(run(name));
    eventually(
        () -> assertThat(drivesWith(letter)).containsExactlyInAnyOrder(red.uuid(), blue.uuid()));

    // When
    Response some = verified(name, "");
    Response all = verified(name, "&all=true");

    // Then
    assertThat(some.<Integer>path("result.files")).isEqualTo(1);
    assertThat(some.<Integer>path("result.wrong")).isZero();
    assertThat(all.<Boolean>path("result.all")).isTrue();
    assertThat(all.<Integer>path("result.files")).isEqualTo(1);
    condition(name, "True", "Verified");

    // And when the indexes are lost
    Path index = BackupHouse.disks().directory().resolve("backup/index");
    String _ = Shell.in(index, "rm " + name + ".*");
    completed(run(name));

    // Then that of the drive that is here does not wait for the other one
    eventually(() -> assertThat(drivesWith(letter)).containsExactly(red.uuid()));
    eventually(() -> assertThat(here.isMounted()).isFalse());
    swapped(name, here.unplugged(), away.pluggedIn());
    eventually(
        () -> assertThat(drivesWith(letter)).containsExactlyInAnyOrder(red.uuid(), blue.uuid()));

    // And the other one is proven in its turn
    assertThat(verified(name, "").<Integer>path("result.files")).isEqualTo(1);
    condition(name, "True", "Verified");
  }
}
