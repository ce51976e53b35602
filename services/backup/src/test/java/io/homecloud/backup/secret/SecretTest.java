package io.homecloud.backup.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static Secret rclone(String settings) {
    String config = "[nas]\ntype = webdav\n" + settings + "\n";
    return Secret.checked(Map.of(SecretKey.rcloneConfig, config));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bearer_token_command = sh -c id",
        "  BEARER_TOKEN_COMMAND=sh",
        "`bearer_token_command`: sh",
        "ssh = sh -c id",
        "override.ssh = sh",
        "password_command = sh",
        "remote = :webdav,url='http://h',bearer_token_command='sh -c id':",
        "remote = :sftp,ssh=sh:dir",
        "remote = :webdav,bearer_token_\\\n  command=sh:",
        "part = command\nremote = :webdav,bearer_token_%(part)s=sh:"
      })
  void noSettingOfRcloneIsAProgramToRun(String settings) {
    // When, Then
    assertThatThrownBy(() -> rclone(settings))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("a program to run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "url = https://h/dav\nuser = anna\npass = _ssh-9command",
        "shell_type = unix\nmd5sum_command = md5sum\nsha1sum_command = sha1sum",
        "server_command = sudo /usr/libexec/sftp-server",
        "token = {\"access_token\":\"ya29.ssh\",\"token_type\":\"Bearer\"}",
        "[ssh]\ntype = sftp\n[command]\ntype = crypt\nremote = ssh:backups/pi\nupstreams = a=command:"
      })
  void otherSettingsAreTaken(String settings) {
    // When, Then
    assertThat(rclone(settings).value(SecretKey.rcloneConfig)).isPresent();
  }
}
