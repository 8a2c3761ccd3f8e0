package dev.holdfast.event;

import dev.holdfast.platform.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** How far the log of events is applied to the store. */
@ApplicationScoped
public class AppliedOffsets {

  private final DataSource database;

  AppliedOffsets(DataSource database) {
    this.database = database;
  }

  /** The next offset of each partition that was ever consumed. */
  public Map<Integer, Long> next() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT partition_no, next_offset FROM partition_progress WHERE topic = ?")) {
      select.setString(1, Topics.EVENTS);
      Map<Integer, Long> next = new TreeMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          next.put(row.getInt(1), row.getLong(2));
        }
      }
      return next;
    } catch (SQLException e) {
      throw new IllegalStateException("the progress of the stream cannot be read", e);
    }
  }

  /**
   * How many offsets lie between what is applied and {@code wanted}; 0 if all is applied. Offsets
   * that the broker uses itself count too, so this is an upper bound of the messages.
   */
  public long missing(Map<Integer, Long> wanted) {
    Map<Integer, Long> next = next();
    long missing = 0;
    for (Map.Entry<Integer, Long> entry : wanted.entrySet()) {
      missing += Math.max(0, entry.getValue() - next.getOrDefault(entry.getKey(), 0L));
    }
    return missing;
  }
}
