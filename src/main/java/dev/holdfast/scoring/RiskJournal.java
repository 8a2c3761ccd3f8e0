package dev.holdfast.scoring;

import dev.holdfast.customer.Customers;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.OutboxMessage;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the history of risk and publishes it, in the caller's transaction: on a change of band, of
 * model or of the side of a watched level, and not on every event.
 */
@ApplicationScoped
public class RiskJournal {

  /** The message on {@code holdfast.risk}. */
  record RiskChanged(
      String customer,
      double risk,
      Band band,
      @Nullable Band previousBand,
      Instant asOf,
      int modelId,
      @Nullable Instant nextChange) {}

  private final DataSource database;
  private final Outbox outbox;
  private final Customers customers;
  private final Scorer scorer;

  RiskJournal(DataSource database, Outbox outbox, Customers customers, Scorer scorer) {
    this.database = database;
    this.outbox = outbox;
    this.customers = customers;
    this.scorer = scorer;
  }

  /** Records what matters of these scorings. */
  public void record(Collection<Rescored> scorings) {
    double[] levels = scorer.levels();
    List<Rescored> changes =
        scorings.stream().filter(one -> one.changed() || sideChanged(one, levels)).toList();
    if (changes.isEmpty()) {
      return;
    }
    writeHistory(changes);
    Map<Long, String> names =
        customers.namesOf(changes.stream().map(one -> one.state().customerId()).toList());
    outbox.addAll(
        changes.stream()
            .map(
                one ->
                    message(
                        one,
                        names.getOrDefault(
                            one.state().customerId(), "id:" + one.state().customerId())))
            .toList());
  }

  private static OutboxMessage message(Rescored one, String name) {
    Score before = one.before();
    Score after = one.after();
    return new OutboxMessage(
        Topics.RISK,
        name,
        "risk.changed",
        new RiskChanged(
            name,
            after.risk(),
            after.band(),
            before == null ? null : before.band(),
            after.asOf(),
            after.modelId(),
            one.state().nextDue()));
  }

  private void writeHistory(List<Rescored> changes) {
    try (Connection connection = database.getConnection()) {
      for (List<Rescored> chunk : Jdbc.chunks(changes)) {
        String sql =
            "INSERT IGNORE INTO risk_history (customer_id, as_of, model_id, risk, band) VALUES "
                + "(?,?,?,?,?),".repeat(chunk.size() - 1)
                + "(?,?,?,?,?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
          int at = 1;
          for (Rescored one : chunk) {
            insert.setLong(at++, one.state().customerId());
            SqlTime.set(insert, at++, one.after().asOf());
            insert.setInt(at++, one.after().modelId());
            insert.setDouble(at++, one.after().risk());
            insert.setInt(at++, one.after().band().ordinal());
          }
          insert.executeUpdate();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot write the history of risk", failure);
    }
  }

  private static boolean sideChanged(Rescored one, double[] levels) {
    Score before = one.before();
    if (before == null) {
      return true;
    }
    for (double level : levels) {
      if (before.risk() >= level != one.after().risk() >= level) {
        return true;
      }
    }
    return false;
  }
}
