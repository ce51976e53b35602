package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns mean what they mean to rsync. */
class PatternsTest {
  private static final String VOLUME = "/own/a+b.c/photos";

  @ParameterizedTest
  @CsvSource({
    "*.tmp,       /x.tmp,         true",
    "*.tmp,       /a/b/x.tmp,     true",
    "*.tmp,       /a/x.tmp/y,     false",
    "/*.tmp,      /x.tmp,         true",
    "/*.tmp,      /a/x.tmp,       false",
    "cache/,      /a/cache,       false",
    "cache/,      /a/cache/,      true",
    "cache,       /a/cache/,      true",
    "*/,          /,              false",
    "*,           /,              false",
    "dir/***,     /a/dir/,        true",
    "dir/***,     /a/dir,         false",
    "dir/***,     /a/dir/x/y,     true",
    "dir/**,      /a/dir/,        false",
    "dir/**,      /a/dir/x/,      true",
    "/dir/***,    /a/dir/,        false",
    "**/x,        /x,             true",
    "/**/x,       /x,             false",
    "/a/**/c,     /a/b/b/c,       true",
    "/a/*/c,      /a/b/b/c,       false",
    "b/c,         /a/b/c,         true",
    "b/c,         /a/bb/c,        false",
    "?.txt,       /1.txt,         true",
    "?.txt,       /11.txt,        false",
    "[!a-c].txt,  /d.txt,         true",
    "[!a-c].txt,  /b.txt,         false",
    "[^a-c].txt,  /d.txt,         true",
    "x[!a]y,      /x/y,           false",
    "[[:digit:]_], /7,            true",
    "[[:digit:]_], /_,            true",
    "[[:digit:]_], /d,            false",
    "[![:upper:]], /Q,            false",
    "[[:strange:]], /s,           false",
    "[]-],        /],             true",
    "[\\]],     /],             true",
    "[a\\-c],   /b,             false",
    "[c-a]x,      /bx,            false",
    "[a,          /[a,            false",
    "a.b,         /aXb,           false",
    "a(b)|c,      /a(b)|c,        true",
    "\\*,         /*,             true",
    "\\*,         /x,             false",
    "a\\b,        '/a\\b',        true",
    "*\\,         /a,             false",
    "été,         /l/été,         true"
  })
  void aPatternMeansWhatItMeansToRsync(String pattern, String path, boolean meant) {
    // When
    String regex = Patterns.regex(Patterns.quoted(VOLUME), pattern);

    // Then
    assertThat(Pattern.compile(regex).matcher(VOLUME + path).find()).as(regex).isEqualTo(meant);
    assertThat(Pattern.compile(regex).matcher("/own/aab.c/photos" + path).find()).isFalse();
  }
}
