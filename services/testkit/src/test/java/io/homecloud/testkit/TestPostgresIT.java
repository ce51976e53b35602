package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TestPostgresIT {
  @Test
  void schemasDoNotSeeEachOther() throws SQLException {
    // Given
    TestSchema one = TestPostgres.freshSchema();
    TestSchema other = TestPostgres.freshSchema();
    // When
    execute(one, "CREATE TABLE t AS SELECT 1 AS n");
    execute(other, "CREATE TABLE t AS SELECT 2 AS n");
    // Then
    assertThat(ask(one)).isEqualTo(1);
    assertThat(ask(other)).isEqualTo(2);
  }

  @Test
  void outageEndsWithTheSameAddressAndData() throws SQLException {
    // Given
    TestSchema schema = TestPostgres.freshSchema();
    execute(schema, "CREATE TABLE t AS SELECT 3 AS n");
    TestPostgres.stop();
    assertThatThrownBy(() -> ask(schema)).isInstanceOf(SQLException.class);
    // When
    TestPostgres.start();
    // Then
    assertThat(ask(schema)).isEqualTo(3);
  }

  private static void execute(TestSchema schema, String sql) throws SQLException {
    try (Connection connection = schema.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int ask(TestSchema schema) throws SQLException {
    try (Connection connection = schema.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM t")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(1);
    }
  }
}
