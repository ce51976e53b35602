package io.homecloud.sharing.httpd;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import io.homecloud.sharing.httpd.HttpdLogParser.Request;
import org.junit.jupiter.api.Test;

/** Lines as httpd 2.4.71 wrote them. */
class HttpdLogParserTest {
  private static Line parse(String line) {
    return HttpdLogParser.parse(line).orElseThrow();
  }

  @Test
  void beginOfAnUpload() {
    // When
    Line line =
        parse(
            "begin TLSv1.3 127.0.0.1 44044 PUT u=anna /dav/files/a/Gr\\xc3\\xbc\\xc3\\x9fe 1.txt");
    // Then
    assertThat(line)
        .isEqualTo(
            new Line.Begin(
                new Request(
                    "TLSv1.3",
                    "127.0.0.1",
                    44044,
                    "PUT",
                    new Name("anna"),
                    "/dav/files/a/Grüße 1.txt")));
    assertThat(line.request().share()).isEqualTo(new Name("files"));
    assertThat(line.request().path()).isEqualTo("a/Grüße 1.txt");
    assertThat(line.request().writes()).isTrue();
  }

  @Test
  void endOfAGuestsRequest() {
    // When
    Line line = parse("end TLSv1.2 fe80::1 5 207 - PROPFIND u=- /dav/open/");
    // Then
    assertThat(line)
        .isEqualTo(
            new Line.End(
                new Request("TLSv1.2", "fe80::1", 5, "PROPFIND", null, "/dav/open/"), 207, false));
    assertThat(line.request().writes()).isFalse();
  }

  @Test
  void wrongPasswordWithAForgedName() {
    // When
    Line line = parse("end TLSv1.3 10.0.0.7 5 401 1 GET u=anna /dav/x \\n u=ben /dav/files/a");
    // Then
    assertThat(line).isInstanceOf(Line.End.class);
    assertThat(((Line.End) line).status()).isEqualTo(401);
    assertThat(((Line.End) line).tried()).isTrue();
    assertThat(line.request().address()).isEqualTo("10.0.0.7");
  }

  @Test
  void complaintsAreNoRequests() {
    // When, Then
    assertThat(
            HttpdLogParser.parse(
                "AH00489: Apache/2.4.71 (Debian) configured -- resuming normal operations"))
        .isEmpty();
    assertThat(HttpdLogParser.parse("begin TLSv1.3 127.0.0.1")).isEmpty();
    assertThat(HttpdLogParser.parse("end TLSv1.3 127.0.0.1 999999 200 - GET u=anna /dav/x"))
        .isEmpty();
    assertThat(HttpdLogParser.parse("")).isEmpty();
  }

  @Test
  void pathsWithoutAShareNameNone() {
    // When, Then
    assertThat(parse("begin - 127.0.0.1 1 GET u= /dav/").request().share()).isNull();
    assertThat(parse("begin - 127.0.0.1 1 GET u= /dav/No_Name/x").request().share()).isNull();
    assertThat(parse("begin - 127.0.0.1 1 GET u= /").request().path()).isEmpty();
  }

  @Test
  void escapesAreUndone() {
    // When, Then
    assertThat(HttpdLogParser.plain("a\\\\b\\\"c\\td\\x")).isEqualTo("a\\b\"c\tdx");
  }
}
