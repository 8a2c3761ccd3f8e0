package dev.holdfast.customer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept about a person, as one JSON object with a member for each kind of thing; written
 * as it is read, so that its length costs no memory.
 */
public final class PersonalDocument {

  private static final int ROWS_STREAMED = 1_000;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ObjectMapper json;
  private final OutputStream buffer;
  private final JsonGenerator out;

  PersonalDocument(ObjectMapper json, OutputStream to) throws IOException {
    this.json = json;
    this.buffer = new BufferedOutputStream(to, BUFFER_BYTES);
    this.out =
        json.createGenerator(buffer)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
            .useDefaultPrettyPrinter();
    out.writeStartObject();
  }

  void end() throws IOException {
    out.writeEndObject();
    out.flush();
    buffer.flush();
  }

  /** Writes one member. */
  public void member(String name, @Nullable Object value) throws IOException {
    out.writeFieldName(name);
    json.writeValue(out, value);
  }

  /** Begins a member that is a list of {@link #item}s. */
  public void startList(String name) throws IOException {
    out.writeFieldName(name);
    out.writeStartArray();
  }

  /** Writes an item of the list that was begun. */
  public void item(Object value) throws IOException {
    json.writeValue(out, value);
  }

  /** Ends the list. */
  public void endList() throws IOException {
    out.writeEndArray();
  }

  /**
   * Writes a member that is the rows of a query, each an object with the names of its columns.
   * Instants are UTC; bytes are base64.
   *
   * @param sql with {@code (:ids)} once or more often
   * @param jsonColumns those whose text is JSON already
   */
  public void rows(
      Connection connection, String name, String sql, Collection<Long> ids, String... jsonColumns)
      throws SQLException, IOException {
    startList(name);
    if (!ids.isEmpty()) {
      try (PreparedStatement select = connection.prepareStatement(Jdbc.ofIds(sql, ids))) {
        select.setFetchSize(ROWS_STREAMED);
        Jdbc.bindIds(select, sql, ids);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            row(row, Set.of(jsonColumns));
          }
        }
      }
    }
    endList();
  }

  private void row(ResultSet row, Set<String> jsonColumns) throws SQLException, IOException {
    ResultSetMetaData columns = row.getMetaData();
    out.writeStartObject();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String name = columns.getColumnLabel(i);
      out.writeFieldName(name);
      if (row.getObject(i) == null) {
        out.writeNull();
      } else if (jsonColumns.contains(name)) {
        tree(row.getString(i));
      } else {
        json.writeValue(out, value(row, i, columns.getColumnType(i)));
      }
    }
    out.writeEndObject();
  }

  private void tree(String text) throws IOException {
    try {
      json.writeValue(out, json.readTree(text));
    } catch (JsonProcessingException damaged) {
      out.writeString(text);
    }
  }

  private static @Nullable Object value(ResultSet row, int column, int type) throws SQLException {
    return switch (type) {
      case Types.TIMESTAMP -> String.valueOf(SqlTime.read(row, column));
      case Types.DATE -> row.getString(column);
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
          Base64.getEncoder().encodeToString(row.getBytes(column));
      default -> row.getObject(column);
    };
  }
}
