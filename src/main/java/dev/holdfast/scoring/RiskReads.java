package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that a risk is computed from in one round trip per chunk of customers, as committed and
 * without a lock: the state, how far its feed is complete, and the number of the last receipt.
 */
@ApplicationScoped
class RiskReads {

  private final DataSource database;
  private final Calendars calendars;

  RiskReads(DataSource database, Calendars calendars) {
    this.database = database;
    this.calendars = calendars;
  }

  /**
   * What is stored of one customer.
   *
   * @param state the activity as stored
   * @param activity the same, read
   * @param watermark up to where the customer's silence counts: its feed is known complete, and no
   *     fault of ours holds it; null for the newest event
   * @param incident number of that fault of ours, or of the open incident of the customer's feed;
   *     null if there is none
   * @param nextDue the next crossing as of the last score, whatever has become of it since
   * @param receipt number of the last score that was recorded; null if none was
   */
  record RiskRead(
      long customerId,
      byte[] state,
      ActivityState activity,
      @Nullable Instant watermark,
      @Nullable Long incident,
      @Nullable Instant nextDue,
      @Nullable Long receipt) {

    /** What is known of a customer who has no row: nothing. */
    static RiskRead ofNothing(long customerId) {
      ActivityState empty = ActivityState.empty();
      return new RiskRead(customerId, empty.toBytes(), empty, null, null, null, null);
    }
  }

  /** What is stored of these customers; who has no row is left out. */
  Map<Long, RiskRead> read(Collection<Long> customerIds) {
    Map<Long, RiskRead> reads = new HashMap<>();
    if (customerIds.isEmpty()) {
      return reads;
    }
    try (Connection connection = database.getConnection()) {
      Jdbc.read(
          connection,
          "SELECT s.customer_id, s.state, LEAST(w.watermark, COALESCE(s.silent_through,"
              + " w.watermark)), s.next_due, COALESCE(s.held_by, w.incident_id),"
              + " (SELECT h.id FROM risk_history h"
              + " WHERE h.customer_id = s.customer_id"
              + " ORDER BY h.scored_at DESC, h.id DESC LIMIT 1)"
              + " FROM customer_state s LEFT JOIN source w ON w.id = s.source_id"
              + " WHERE s.customer_id IN (:ids)",
          customerIds,
          row -> {
            RiskRead read = of(row);
            reads.put(read.customerId(), read);
          });
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read what risks are computed from", failure);
    }
    return reads;
  }

  /** Customers with a row, in the order of their ids, from the first above {@code id}. */
  List<Long> idsAfter(long id, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM customer_state WHERE customer_id > ?"
                    + " ORDER BY customer_id LIMIT ?")) {
      select.setLong(1, id);
      select.setInt(2, limit);
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot list customers", failure);
    }
  }

  private RiskRead of(ResultSet row) throws SQLException {
    byte[] state = row.getBytes(2);
    long receipt = row.getLong(6);
    boolean none = row.wasNull();
    return new RiskRead(
        row.getLong(1),
        state,
        ActivityState.fromBytes(state, calendars::byNumber),
        SqlTime.read(row, 3),
        row.getObject(5, Long.class),
        SqlTime.read(row, 4),
        none ? null : receipt);
  }
}
