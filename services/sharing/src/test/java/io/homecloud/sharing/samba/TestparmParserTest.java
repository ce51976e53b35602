package io.homecloud.sharing.samba;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What testparm 4.22 said. */
class TestparmParserTest {
  private static final String FINE =
      """
      Load smb config files from /srv/samba/smb.conf.new
      Loaded services file OK.
      Weak crypto is allowed by GnuTLS (e.g. NTLM as a compatibility fallback)

      Server role: ROLE_STANDALONE

      """;

  @Test
  void saysNothingOfAFineConfiguration() {
    // When, then
    assertThat(TestparmParser.complaint(0, FINE)).isEmpty();
  }

  @Test
  void anUnknownParameterIsAComplaintThoughTheExitCodeIsNone() {
    // Given
    String errors = "Unknown parameter encountered: \"gest ok\"\n" + FINE;

    // When, then
    assertThat(TestparmParser.complaint(0, errors))
        .contains("Unknown parameter encountered: \"gest ok\"");
  }

  @Test
  void aDeprecatedParameterIsNone() {
    // Given
    String errors =
        "lpcfg_do_global_parameter: WARNING: The \"lanman auth\" option is deprecated\n" + FINE;

    // When, then
    assertThat(TestparmParser.complaint(0, errors)).isEmpty();
  }

  @Test
  void anExitCodeWithoutWordsIsOneToo() {
    // When, then
    assertThat(TestparmParser.complaint(1, FINE)).contains("testparm ended with exit code 1");
  }
}
