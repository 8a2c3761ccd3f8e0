package dev.holdfast.scoring;

import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the history of risk and publishes it, in the caller's transaction: on a change of band or
 * of the side of a watched level, whatever caused it, and not on every event. Each row keeps what
 * its receipt is recomputed from: the state as scored and the levels then.
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
  private final ScoringConfig config;
  private final BusinessClock clock;

  RiskJournal(
      DataSource database,
      Outbox outbox,
      Customers customers,
      Scorer scorer,
      ScoringConfig config,
      BusinessClock clock) {
    this.database = database;
    this.outbox = outbox;
    this.customers = customers;
    this.scorer = scorer;
    this.config = config;
    this.clock = clock;
  }

  /** Records what matters of these scorings, whose states are still those that were scored. */
  public void record(Collection<Rescored> scorings) {
    double[] levels = scorer.levels();
    List<Rescored> changes =
        scorings.stream().filter(one -> one.changed() || sideChanged(one, levels)).toList();
    if (changes.isEmpty()) {
      return;
    }
    writeHistory(changes, Arrays.toString(levels));
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

  private void writeHistory(List<Rescored> changes, String levels) {
    Instant now = clock.now();
    try (Connection connection = database.getConnection()) {
      for (List<Rescored> chunk : Jdbc.chunks(changes)) {
        String sql =
            "INSERT INTO risk_history (customer_id, as_of, scored_at, model_id, risk, band,"
                + " medium_from, high_from, levels, state) VALUES "
                + "(?,?,?,?,?,?,?,?,?,?),".repeat(chunk.size() - 1)
                + "(?,?,?,?,?,?,?,?,?,?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
          int at = 1;
          for (Rescored one : chunk) {
            insert.setLong(at++, one.state().customerId());
            SqlTime.set(insert, at++, one.after().asOf());
            SqlTime.set(insert, at++, now);
            insert.setInt(at++, one.after().modelId());
            insert.setDouble(at++, one.after().risk());
            insert.setInt(at++, one.after().band().ordinal());
            insert.setDouble(at++, config.mediumFrom());
            insert.setDouble(at++, config.highFrom());
            insert.setString(at++, levels);
            insert.setBytes(at++, one.state().activity().toBytes());
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
