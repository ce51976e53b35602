package io.homecloud.sharing.link;

import static io.homecloud.sharing.share.Houses.pool;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.Houses;
import io.homecloud.testkit.TestTokens;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How tests make links and use them as guests do. */
final class Guests {
  static final String LINKS = SharingKinds.API + "/guest-links";

  /** As the machine's own token, which may do everything with shares. */
  private static final String ROOT = TestTokens.token("root", List.of("administrator"));

  private static @Nullable Path photos;

  private Guests() {}

  /** The directory of a share with some files, made once for an application. */
  static synchronized Path photos() throws IOException {
    Path there = photos;
    if (there == null) {
      pool("home");
      there = volume("home", "photos");
      Files.createDirectories(there.resolve("summer/lake & sea"));
      Path box = Files.createDirectories(there.resolve("in-box"));
      Files.setAttribute(box, "unix:uid", 1000);
      Files.writeString(there.resolve("summer/note.txt"), "0123456789");
      Files.writeString(there.resolve("summer/page.html"), "<script>alert(1)</script>");
      Files.writeString(there.resolve("summer/lake & sea/Bötchen #1.jpg"), "a picture");
      Files.writeString(there.resolve("secret.txt"), "nobody's business");
      Files.createSymbolicLink(there.resolve("summer/link.txt"), Path.of("/etc/passwd"));
      share("photos", "{'volume':'photos','protocols':['webdav'],'access':[]}").statusCode(201);
      photos = there;
    }
    return there;
  }

  /** The rest of the body has single quotes. */
  static Response wish(String name, String rest) {
    return wish(ROOT, name, rest);
  }

  static Response wish(String token, String name, String rest) {
    return given()
        .auth()
        .oauth2(token)
        .contentType(ContentType.JSON)
        .body("{\"metadata\":{\"name\":\"%s\"},%s}".formatted(name, rest.replace('\'', '"')))
        .post(LINKS + "?wait=2m");
  }

  /** The path of a new link. */
  static String link(String name, String spec) {
    return path(wish(name, "'spec':" + spec));
  }

  /** Of the answer to {@link #wish}. */
  static String path(Response made) {
    assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
    return made.<String>path("url").replaceFirst("^https?://[^/]+", "");
  }

  static RequestSpecification guest() {
    return given().urlEncodingEnabled(false).redirects().follow(false);
  }

  /** What a page of ours sends. */
  static RequestSpecification page() {
    return guest().header("Origin", "http://localhost:" + RestAssured.port);
  }

  static String host() {
    return "http://localhost:" + RestAssured.port;
  }

  /** The reason of what a link is. */
  static String reason(String link) {
    return Houses.asking()
        .get(LINKS + "/" + link)
        .path("status.conditions.find{it.type=='Ready'}.reason");
  }
}
