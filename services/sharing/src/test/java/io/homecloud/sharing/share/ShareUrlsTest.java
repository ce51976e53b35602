package io.homecloud.sharing.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Protocol;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShareUrlsTest {
  private static final Name DOCS = new Name("docs");
  private static final Map<Protocol, Integer> PORTS =
      Map.of(Protocol.SMB, 445, Protocol.NFS, 20490, Protocol.WEBDAV, 8443);

  @Test
  void aPortIsInAnAddressWhereClientsDoNotLookForIt() {
    // When
    ShareUrls urls = new ShareUrls("nas", Optional.empty(), true);

    // Then
    assertThat(urls.of(DOCS, PORTS))
        .isEqualTo(
            new ShareStatus.Urls(
                "smb://nas/docs", "nfs://nas:20490/docs", "https://nas:8443/dav/docs/"));
    assertThat(urls.pages(443)).isEqualTo("https://nas");
  }

  @Test
  void whatPeopleWereToldIsWherePagesAndWebdavAreAndNothingElse() {
    for (String told : new String[] {"https://cloud.example.org", "https://cloud.example.org/"}) {
      // When
      ShareUrls urls = new ShareUrls("nas", Optional.of(URI.create(told)), true);

      // Then
      assertThat(urls.of(DOCS, PORTS))
          .isEqualTo(
              new ShareStatus.Urls(
                  "smb://nas/docs", "nfs://nas:20490/docs", "https://cloud.example.org/dav/docs/"));
      assertThat(urls.pages(8443)).isEqualTo("https://cloud.example.org");
      assertThat(urls.of(DOCS, Map.of()).smb()).isNull();
    }
  }

  @Test
  void whereOnlyPagesArePassedOnSharesAreAtTheMachine() {
    // When
    ShareUrls urls =
        new ShareUrls("nas", Optional.of(URI.create("https://cloud.example.org")), false);

    // Then
    assertThat(urls.of(DOCS, PORTS).webdav()).isEqualTo("https://nas:8443/dav/docs/");
    assertThat(urls.pages(8443)).isEqualTo("https://cloud.example.org");
  }
}
