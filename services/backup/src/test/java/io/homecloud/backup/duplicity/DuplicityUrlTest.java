package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplicityUrlTest {
  @ParameterizedTest
  @CsvSource({
    "file:///mnt/a%20b/copies,             file:///mnt/a b/copies",
    "sftp://anna@host:2222/backups/pi,     sftp://anna@host:2222//backups/pi",
    "webdavs://anna@host/dav/pi,           webdavs://anna@host/dav/pi",
    "s3://s3.example.org/bucket/pi,        boto3+s3://bucket/pi",
    "rclone://drive:backups/pi,            rclone://drive:backups/pi"
  })
  void aUrlBecomesTheOneThatDuplicityUnderstands(String said, String url) {
    // When, Then
    assertThat(DuplicityUrl.of(said).url()).isEqualTo(url);
  }

  @Test
  void theServerOfS3IsAnOption() {
    // When, Then
    assertThat(DuplicityUrl.of("s3://s3.example.org:444/bucket/pi").options())
        .containsExactly("--s3-endpoint-url", "https://s3.example.org:444");
  }
}
