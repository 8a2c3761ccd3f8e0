package dev.holdfast.platform;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Instants in {@code DATETIME(6)} columns: UTC, whatever the zone of session, server or JVM. */
public final class SqlTime {

  private SqlTime() {}

  /** The value to pass to {@code setObject}; null for null. */
  public static @Nullable LocalDateTime of(@Nullable Instant instant) {
    return instant == null ? null : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  /** The instant in {@code column}; null for NULL. */
  public static @Nullable Instant read(ResultSet row, String column) throws SQLException {
    return instant(row.getObject(column, LocalDateTime.class));
  }

  /**
   * The instant in a column that is never NULL.
   *
   * @throws SQLException if it is NULL all the same
   */
  public static Instant required(ResultSet row, String column) throws SQLException {
    Instant value = read(row, column);
    if (value == null) {
      throw new SQLException(column + " is NULL");
    }
    return value;
  }

  /** Binds an instant, or NULL. */
  public static void set(PreparedStatement statement, int at, @Nullable Instant value)
      throws SQLException {
    statement.setObject(at, of(value));
  }

  /** The instant in the {@code column}-th column, counted from 1; null for NULL. */
  public static @Nullable Instant read(ResultSet row, int column) throws SQLException {
    return instant(row.getObject(column, LocalDateTime.class));
  }

  private static @Nullable Instant instant(@Nullable LocalDateTime value) {
    return value == null ? null : value.toInstant(ZoneOffset.UTC);
  }
}
