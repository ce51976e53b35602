package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshUrlTest {
  @ParameterizedTest
  @CsvSource({
    "ssh://pi@friend.example/srv/homecloud, ssh://pi@friend.example/srv/homecloud/, true",
    "ssh://pi@friend.example/srv/homecloud, SSH://pi@Friend.example:22/srv/home%63loud, true",
    "ssh://pi@[fe80::A]/srv/homecloud,      ssh://pi@[fe80::a]:22/srv/homecloud, true",
    "ssh://pi@friend.example/srv/homecloud, ssh://pi@friend.example:2222/srv/homecloud, false",
    "ssh://pi@friend.example/srv/homecloud, ssh://anna@friend.example/srv/homecloud, false",
    "ssh://pi@friend.example/srv/homecloud, ssh://pi@friend.example/srv/Homecloud, false",
  })
  void spellingsOfOnePlaceAreTheSame(String one, String other, boolean same) {
    // When, Then
    assertThat(SshUrl.parse(one).place().equals(SshUrl.parse(other).place())).isEqualTo(same);
  }
}
