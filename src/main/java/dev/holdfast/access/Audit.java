package dev.holdfast.access;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The append-only record of what people changed; the database refuses to alter it. */
@ApplicationScoped
public class Audit {

  private final DataSource database;
  private final SystemClock clock;

  Audit(DataSource database, SystemClock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Records one act in the caller's transaction, so that it is kept if and only if the act is.
   *
   * @param actor who: the name of a user or key, or {@code cli:NAME}
   * @param action what, past tense, e.g. {@code key-created}
   * @param subject to what, at most 200 characters; a customer is {@code customer:} and the
   *     internal number, so that the audit outlives an erasure and names nobody
   * @param detail anything else worth knowing, never a secret and never the name of a customer
   */
  @Transactional
  public void record(String actor, String action, String subject, @Nullable String detail) {
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)")) {
      insert.setObject(1, SqlTime.of(clock.now()));
      insert.setString(2, actor);
      insert.setString(3, action);
      insert.setString(4, subject);
      insert.setString(5, detail);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be written", e);
    }
  }

  /**
   * One act.
   *
   * @param id ascending
   * @param detail anything else worth knowing; null if there is nothing
   */
  public record Entry(
      long id, Instant at, String actor, String action, String subject, @Nullable String detail) {}

  /** The acts on these subjects, the oldest first. */
  public List<Entry> about(Collection<String> subjects) {
    List<Entry> entries = new ArrayList<>();
    try (var connection = database.getConnection()) {
      for (List<String> chunk : Jdbc.chunks(List.copyOf(subjects))) {
        try (var select =
            connection.prepareStatement(
                "SELECT id, at, actor, action, subject, detail FROM audit WHERE subject IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setString(i + 1, chunk.get(i));
          }
          try (var row = select.executeQuery()) {
            while (row.next()) {
              entries.add(entry(row));
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be read", e);
    }
    entries.sort(Comparator.comparingLong(Entry::id));
    return entries;
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong("id"),
        SqlTime.required(row, "at"),
        row.getString("actor"),
        row.getString("action"),
        row.getString("subject"),
        row.getString("detail"));
  }

  /**
   * The newest acts, the newest first.
   *
   * @param before only those older than the act with this number; null for all
   * @param limit how many at most, 1 or more
   */
  public List<Entry> newest(@Nullable Long before, int limit) {
    try (var connection = database.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT id, at, actor, action, subject, detail FROM audit WHERE id < ?"
                    + " ORDER BY id DESC LIMIT ?")) {
      select.setLong(1, before == null ? Long.MAX_VALUE : before);
      select.setInt(2, limit);
      List<Entry> entries = new ArrayList<>();
      try (var row = select.executeQuery()) {
        while (row.next()) {
          entries.add(entry(row));
        }
      }
      return entries;
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be read", e);
    }
  }
}
