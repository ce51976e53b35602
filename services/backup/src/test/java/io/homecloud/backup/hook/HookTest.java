package io.homecloud.backup.hook;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.backup.hook.Hook.MariadbDump;
import io.homecloud.control.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookTest {
  @ParameterizedTest
  @CsvSource({
    "       , 3306, , needs a host",
    "       , 3306, /run/db.sock, needs a host",
    "db.home,     , /run/db.sock, not both",
    "db.home, 65536, , a port from 1 to 65535"
  })
  void mariadbIsAskedAtOnePlace(String host, Integer port, String socket, String why) {
    // Given
    MariadbDump dump = new MariadbDump("shop", host, port, socket, null, null);
    Hooks hooks = new Hooks(List.of(new Hook(null, dump, null, null, null, null)), null, null);

    // When, then
    assertThatThrownBy(hooks::check).isInstanceOf(ProblemException.class).hasMessageContaining(why);
  }
}
