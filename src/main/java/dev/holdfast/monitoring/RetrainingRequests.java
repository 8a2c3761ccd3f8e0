package dev.holdfast.monitoring;

import dev.holdfast.access.Audit;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The open wish for a new model, if there is one: raised by an alarm, consumed by the job that
 * retrains. At most one is open.
 */
@ApplicationScoped
public class RetrainingRequests {

  /** So long after a request the same champion raises no other: retraining may not have helped. */
  private static final Duration REST = Duration.ofDays(28);

  private static final int LONGEST_REASON = 500;

  private final DataSource database;
  private final BusinessClock clock;
  private final Audit audit;

  RetrainingRequests(DataSource database, BusinessClock clock, Audit audit) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * Asks for a new model, unless one is asked for already or this champion asked within four weeks.
   *
   * @return true if the request is new
   */
  @Transactional
  boolean request(int modelId, String version, String reason, String actor) {
    Instant now = clock.now();
    String words = reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO retraining_request (model_id, requested_at, requested_by,"
                    + " reason, open_marker) SELECT ?, ?, ?, ?, 1 FROM DUAL WHERE NOT EXISTS"
                    + " (SELECT 1 FROM retraining_request WHERE model_id = ?"
                    + " AND requested_at > ?)")) {
      insert.setInt(1, modelId);
      SqlTime.set(insert, 2, now);
      insert.setString(3, actor);
      insert.setString(4, words);
      insert.setInt(5, modelId);
      SqlTime.set(insert, 6, now.minus(REST));
      if (insert.executeUpdate() == 0) {
        return false;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot ask for a new model", failure);
    }
    audit.record(actor, "retraining.requested", "model:" + version, words);
    return true;
  }

  /** The open request, if there is one. */
  public Optional<RetrainingRequest> open() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT r.id, m.version, r.requested_at, r.requested_by, r.reason"
                    + " FROM retraining_request r JOIN model m ON m.id = r.model_id"
                    + " WHERE r.open_marker = 1");
        ResultSet row = select.executeQuery()) {
      return row.next()
          ? Optional.of(
              new RetrainingRequest(
                  row.getLong(1),
                  row.getString(2),
                  SqlTime.required(row, "requested_at"),
                  row.getString(4),
                  row.getString(5)))
          : Optional.empty();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the request for a new model", failure);
    }
  }

  /**
   * Takes the request on, so that nobody else does; audited.
   *
   * @return false if somebody took it already
   */
  @Transactional
  public boolean take(RetrainingRequest request, String actor) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE retraining_request SET open_marker = NULL, taken_at = ?, taken_by = ?"
                    + " WHERE id = ? AND open_marker = 1")) {
      SqlTime.set(update, 1, clock.now());
      update.setString(2, actor);
      update.setLong(3, request.id());
      if (update.executeUpdate() == 0) {
        return false;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot take the request for a new model", failure);
    }
    audit.record(actor, "retraining.taken", "model:" + request.model(), request.reason());
    return true;
  }
}
