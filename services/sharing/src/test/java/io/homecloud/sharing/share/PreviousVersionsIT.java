package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.HouseClient.PASSWORD;
import static io.homecloud.sharing.share.HouseClient.account;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** What files of shares were like, for clients of real servers. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = RealServersHouse.class, restrictToAnnotatedClass = true)
class PreviousVersionsIT {
  private static final String ACCESS =
      """
      {'volume':'past','previousVersions':true,'path':'%1$s','homes':%2$s,'protocols':%3$s,
      'access':[{'account':'anna','level':'write'}%4$s]}\
      """;

  @Test
  void theyAreReadOverWebdavAndOfHomesToo() throws Exception {
    // Given
    Houses.pool("home");
    Path volume = volume("home", "past");
    account("anna");
    account("ben");
    share("past", ACCESS.formatted("all", false, "['webdav']", "")).statusCode(201);
    share(
            "people",
            ACCESS.formatted(
                "people", true, "['smb','webdav']", ",{'account':'ben','level':'write'}"))
        .statusCode(201);
    Path letter = Files.writeString(ShareHouse.disks().directory().resolve("letter"), "then");
    String put = letter.toString();
    assertThat(dav("anna", "past/letter.txt", "-T", put)).endsWith("201");
    assertThat(dav("anna", "people/anna/diary.txt", "-T", put)).endsWith("201");
    String time =
        post(
                STORAGE + "/snapshots?wait=2m",
                "{'metadata':{'name':'then'},'spec':{'volume':'past'}}")
            .statusCode(201)
            .extract()
            .path("status.createdAt");
    String name =
        "@GMT-" + time.substring(0, 19).replace('-', '.').replace('T', '-').replace(':', '.');
    Files.writeString(letter, "now");
    assertThat(dav("anna", "past/letter.txt", "-T", put)).endsWith("204");
    assertThat(dav("anna", "people/anna/diary.txt", "-T", put)).endsWith("204");

    // When, Then
    String version = "past/.snapshots/" + name + "/";
    String home = "people/anna/.snapshots/" + name + "/";
    eventually(() -> assertThat(dav("anna", version + "letter.txt")).isEqualTo("then200"));
    eventually(() -> assertThat(dav("anna", home + "diary.txt")).isEqualTo("then200"));
    assertThat(dav("anna", "past/letter.txt")).isEqualTo("now200");
    assertThat(listed("past/.snapshots/"))
        .containsExactlyInAnyOrder("/dav/past/.snapshots/", "/dav/" + version);
    assertThat(listed(version))
        .containsExactlyInAnyOrder("/dav/" + version, "/dav/" + version + "letter.txt");
    assertThat(listed("people/anna/.snapshots/")).contains("/dav/" + home);
    assertThat(listed(home)).contains("/dav/" + home + "diary.txt");
    // Who keeps a copy of all does not get all versions of it.
    assertThat(rclone("past")).containsExactly("letter.txt");
    assertThat(rclone("past/.snapshots")).containsExactly(name + "/", name + "/letter.txt");
    assertThat(listed("past/.snapshots/.all/")).isEmpty();
    onlyReadByWhoMay(version, home, put);

    assertThat(smb("anna", "allinfo diary.txt")).contains(name);
    Path got = ShareHouse.disks().directory().resolve("got");
    smb("anna", "get " + name + "/diary.txt " + got);
    assertThat(got).hasContent("then");
    assertThat(smb("anna", "put " + put + " " + name + "/diary.txt")).contains("NT_STATUS");
    assertThat(smb("ben", "get " + name + "/../anna/diary.txt -")).contains("NT_STATUS");
    assertThat(volume.resolve("people/anna/diary.txt")).hasContent("now");

    asking().delete(STORAGE + "/snapshots/then?wait=2m").then().statusCode(204);
    eventually(() -> assertThat(listed("past/.snapshots/")).hasSize(1));
    eventually(() -> assertThat(dav("anna", home + "diary.txt")).endsWith("404"));
  }

  private static void onlyReadByWhoMay(String version, String home, String file) {
    assertThat(dav("ben", version + "letter.txt")).endsWith("403");
    assertThat(dav("ben", home + "diary.txt")).endsWith("403");
    assertThat(dav("anna", version + "letter.txt", "-T", file)).endsWith("403");
    assertThat(dav("anna", home + "new.txt", "-T", file)).endsWith("403");
    assertThat(dav("anna", home + "diary.txt", "-X", "DELETE")).endsWith("403");
    assertThat(dav("anna", "past/.snapshots/x/", "-X", "MKCOL")).endsWith("403");
    assertThat(dav("anna", version + "../../../../people/anna/diary.txt", "--path-as-is"))
        .doesNotEndWith("200");
  }

  /** What curl got, with the status behind it. */
  private static String dav(String account, String path, String... more) {
    List<String> argv =
        new ArrayList<>(
            List.of("curl", "-sk", "-w", "%{http_code}", "-u", account + ":" + PASSWORD));
    argv.addAll(List.of(more));
    argv.add(url() + path);
    return HouseClient.run(argv.toArray(String[]::new)).said();
  }

  private static String url() {
    return "https://localhost:"
        + ConfigProvider.getConfig().getValue("HOMECLOUD_HTTPS_PORT", String.class)
        + "/dav/";
  }

  private static List<String> listed(String path) {
    return Pattern.compile("<D:href>([^<]*)</D:href>")
        .matcher(dav("anna", path, "-X", "PROPFIND", "-H", "Depth: 1"))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> rclone(String path) {
    String hidden = HouseClient.run("rclone", "obscure", PASSWORD).said().strip();
    return HouseClient.run(
            "rclone",
            "lsf",
            "--recursive",
            "--no-check-certificate",
            "--webdav-url=" + url() + path,
            "--webdav-user=anna",
            "--webdav-pass=" + hidden,
            ":webdav:")
        .said()
        .lines()
        .filter(line -> !line.contains("NOTICE"))
        .toList();
  }

  private static String smb(String account, String command) {
    return HouseClient.run(new HouseClient("people", account).smb(command)).said();
  }
}
