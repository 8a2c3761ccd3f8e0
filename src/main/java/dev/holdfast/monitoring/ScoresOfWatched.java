package dev.holdfast.monitoring;

import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** The days on which a person was among the watched. The figures of a week stay. */
@ApplicationScoped
class ScoresOfWatched implements PersonalData {

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    document.rows(
        connection,
        "watched",
        "SELECT s.day, w.as_of AS asOf, w.horizon_end AS horizonEnd, w.risk, w.idle_days AS"
            + " idleDays, w.watched_days AS watchedDays, w.return_days AS returnDays, w.churned"
            + " FROM monitoring_snapshot s JOIN monitored_score w ON w.snapshot_id = s.id WHERE"
            + " w.customer_id IN (:ids) ORDER BY s.day",
        person.customerIds());
    document.rows(
        connection,
        "shadowScores",
        "SELECT s.day, m.version AS model, w.as_of AS asOf, w.risk FROM monitoring_snapshot s JOIN"
            + " model m JOIN shadow_score w ON w.snapshot_id = s.id AND w.model_id = m.id WHERE"
            + " w.customer_id IN (:ids) ORDER BY s.day, m.id",
        person.customerIds());
  }

  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    // From the snapshots, which are few: there is no index by customer.
    Jdbc.change(
        connection,
        "DELETE w FROM monitoring_snapshot s JOIN monitored_score w ON w.snapshot_id = s.id WHERE"
            + " w.customer_id IN (:ids)",
        person.customerIds());
    Jdbc.change(
        connection,
        "DELETE w FROM monitoring_snapshot s JOIN model m JOIN shadow_score w ON w.snapshot_id ="
            + " s.id AND w.model_id = m.id WHERE w.customer_id IN (:ids)",
        person.customerIds());
  }
}
