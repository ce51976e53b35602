package io.homecloud.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.Name;
import io.homecloud.events.database.StorableJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Resources to and from rows. A member that an older release wrote and this one does not know is
 * passed over.
 */
public final class ResourceRows {
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
  private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

  private final StorableJson writer;
  private final ObjectReader reader;

  public ResourceRows(ObjectMapper json) {
    this.writer = new StorableJson(json);
    this.reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  public String json(Object value) {
    return writer.write(value);
  }

  <S, T extends Status> RowMapper<Resource<S, T>> mapper(Kind<S, T> kind) {
    return (row, _) -> {
      Timestamp deletion = row.getTimestamp("deletion_requested_at");
      String status = row.getString("status");
      return new Resource<>(
          kind.name(),
          new Metadata(
              new Name(row.getString("name")),
              row.getObject("uid", UUID.class),
              row.getLong("generation"),
              row.getLong("revision"),
              labels(row.getString("labels")),
              row.getTimestamp("created_at").toInstant(),
              row.getString("created_by"),
              deletion == null ? null : deletion.toInstant()),
          row.getString("node"),
          row.getObject("parent", UUID.class),
          read(row.getString("spec"), kind.spec()),
          status(status, kind.status()));
    };
  }

  /** For as long as the result set stands at this row. */
  ResourceStore.Row row(ResultSet row, StatementContext context) throws SQLException {
    String kind = row.getString("kind");
    String node = row.getString("node");
    return new ResourceStore.Row() {
      @Override
      public String kind() {
        return kind;
      }

      @Override
      public String node() {
        return node;
      }

      @Override
      public <S, T extends Status> Resource<S, T> as(Kind<S, T> type) {
        try {
          return mapper(type).map(row, context);
        } catch (SQLException e) {
          throw new IllegalStateException("a row that was there is unreadable", e);
        }
      }
    };
  }

  /** The status with other conditions; of one that was never observed there is nothing else. */
  <T extends Status> T with(List<Condition> conditions, @Nullable T status, Class<T> type) {
    Map<String, Object> members = status == null ? new HashMap<>() : members(status);
    members.put("conditions", conditions);
    return read(json(members), type);
  }

  private Map<String, Object> members(Status status) {
    try {
      return reader.forType(MEMBERS).readValue(json(status));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable status", e);
    }
  }

  private Map<String, String> labels(String text) {
    try {
      return reader.forType(LABELS).readValue(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable labels", e);
    }
  }

  private <T> @Nullable T status(@Nullable String text, Class<T> type) {
    return text == null ? null : read(text, type);
  }

  public <T> T read(String text, Class<T> type) {
    try {
      return reader.forType(type).readValue(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable " + type.getSimpleName() + " in the database", e);
    }
  }
}
