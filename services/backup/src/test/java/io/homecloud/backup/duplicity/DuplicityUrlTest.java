package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource({
    "s3://h.example/bucket/pi,          s3://h.example/bucket/pi/",
    "s3://h.example/bucket/pi,          s3://H.example:443/bucket/pi",
    "s3+http://h.example/bucket,        s3+http://h.example:80/bucket/",
    "sftp://anna@host/backups/pi,       sftp://anna@HOST:22/backups/pi/",
    "sftp://anna@host/backups/p%69,     sftp://%61nna@host/backups/pi",
    "webdavs://anna@host/dav/pi,        webdavs://anna@host:443/dav/pi/",
    "webdav://anna@host/dav,            webdav://anna@host:80/dav",
    "rclone://drive:backups/pi,         rclone://drive:backups//pi/"
  })
  void twoSpellingsAreOnePlace(String one, String other) {
    // When, Then
    assertThat(DuplicityUrl.of(other).url()).isNotEmpty();
    assertThat(DuplicityUrl.place(one)).isEqualTo(DuplicityUrl.place(other));
  }

  @ParameterizedTest
  @CsvSource({
    "s3://h.example/bucket/pi,          s3://h.example/bucket/Pi",
    "s3://h.example/bucket/pi,          s3://h.example/bucket/pi/2",
    "s3://h.example/bucket/pi,          s3+http://h.example/bucket/pi",
    "s3://h.example/bucket/pi,          s3://h.example:444/bucket/pi",
    "sftp://anna@host/backups/pi,       sftp://emma@host/backups/pi",
    "sftp://anna@host/backups/pi,       webdavs://anna@host/backups/pi",
    "rclone://drive:backups/pi,         rclone://other:backups/pi",
    "rclone://drive:backups/pi,         rclone://drive:/backups/pi"
  })
  void twoPlacesAreTwo(String one, String other) {
    // When, Then
    assertThat(DuplicityUrl.place(one)).isNotEqualTo(DuplicityUrl.place(other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a'b",
        "a%27 --option '",
        "a%22b",
        "a%5Cb",
        "a%5cb",
        "a%0Ab",
        "a%7Fb",
        "a%2",
        "a%zz"
      })
  void noPathOfRcloneEndsTheQuoteThatItIsIn(String path) {
    // When, Then
    assertThat(DuplicityUrl.of("rclone://drive:a b/100%25/%C3%A4").url()).isNotEmpty();
    assertThatThrownBy(() -> DuplicityUrl.of("rclone://drive:" + path))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void theServerOfS3IsAnOption() {
    // When, Then
    assertThat(DuplicityUrl.of("s3://s3.example.org:444/bucket/pi").options())
        .containsExactly("--s3-endpoint-url", "https://s3.example.org:444");
  }
}
