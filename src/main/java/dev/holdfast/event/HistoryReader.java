package dev.holdfast.event;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/** Whoever keeps what it read in histories, and must forget it when they turn out otherwise. */
public interface HistoryReader {

  /**
   * Told of events that are new, in the transaction that stores them. Who keeps something must have
   * read the history under the lock of the customer's state, which that transaction holds.
   *
   * @param oldest when the first of the new events of each customer happened
   */
  void appended(Connection connection, Map<Long, Instant> oldest) throws SQLException;
}
