package dev.holdfast.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows whose time has come, locked for the caller's transaction one by one and by their key: a lock
 * taken through an index of times is in the way of whoever changes such a time.
 *
 * @param found statement that gives the keys of the rows that are due, by an instant and a limit
 * @param locked statement that locks a row by its key if it is due still, by key and instant, and
 *     passes over one that somebody else has locked
 */
public record DueRows(String found, String locked) {

  /** The keys of at most {@code limit} rows, in the order of the first statement. */
  public List<Long> lock(Connection connection, Instant due, int limit) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(found)) {
      SqlTime.set(select, 1, due);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    List<Long> mine = new ArrayList<>();
    for (long id : ids) {
      try (PreparedStatement lock = connection.prepareStatement(locked)) {
        lock.setLong(1, id);
        SqlTime.set(lock, 2, due);
        try (ResultSet row = lock.executeQuery()) {
          if (row.next()) {
            mine.add(id);
          }
        }
      }
    }
    return mine;
  }
}
