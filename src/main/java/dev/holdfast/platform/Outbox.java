package dev.holdfast.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.sql.DataSource;

/**
 * Messages decided in a transaction. They are rows of that transaction: a rolled-back decision is
 * never published, a committed one always is (at least once), by the {@link OutboxRelay}.
 */
@ApplicationScoped
public class Outbox {

  private static final int ROWS_PER_STATEMENT = 256;

  private final DataSource database;
  private final ObjectMapper json;

  Outbox(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /** Adds one message to the caller's transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void add(String topic, String key, String type, Object payload) {
    addAll(List.of(new OutboxMessage(topic, key, type, payload)));
  }

  /** Adds messages to the caller's transaction, to be sent in this order. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void addAll(List<OutboxMessage> messages) {
    if (messages.isEmpty()) {
      return;
    }
    try (var connection = database.getConnection()) {
      for (int from = 0; from < messages.size(); from += ROWS_PER_STATEMENT) {
        var rows = messages.subList(from, Math.min(from + ROWS_PER_STATEMENT, messages.size()));
        var row = "(?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))";
        try (var insert =
            connection.prepareStatement(
                "INSERT INTO outbox (topic, message_key, type, payload, created_at, due_at) VALUES "
                    + String.join(", ", Collections.nCopies(rows.size(), row)))) {
          int parameter = 1;
          for (OutboxMessage message : rows) {
            insert.setString(parameter++, message.topic());
            insert.setString(parameter++, message.key());
            insert.setString(parameter++, message.type());
            insert.setString(parameter++, write(message.payload()));
          }
          insert.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the outbox cannot be written", e);
    }
  }

  /**
   * Takes back what is not sent yet, in the caller's transaction: a message that a relay holds now
   * may go out all the same.
   *
   * @param keys of the messages
   */
  public void takeBack(Connection connection, Collection<String> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    List<Long> ids = new ArrayList<>();
    // Read first: there is no index by key, and a change would wait for every row that is locked.
    try (var select =
        connection.prepareStatement(
            "SELECT id FROM outbox WHERE message_key IN (" + Jdbc.marks(keys.size()) + ")")) {
      int at = 1;
      for (String key : keys) {
        select.setString(at++, key);
      }
      try (var row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    for (List<Long> chunk : Jdbc.chunks(ids)) {
      Jdbc.change(connection, "DELETE FROM outbox WHERE id IN (:ids)", chunk);
    }
  }

  private String write(Object payload) {
    try {
      return json.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the payload cannot be written as JSON", e);
    }
  }
}
