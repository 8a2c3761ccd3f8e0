package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.warning.HeldCustomers;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Holds customers whom a fault of ours keeps away: what is known of their silence ends where the
 * fault began, for scores and timers alike, see {@link KnownSilence#of}.
 */
@ApplicationScoped
class SilentHolds implements HeldCustomers {

  private final DataSource database;
  private final CustomerStates states;
  private final SilenceWatch silence;
  private final Retiming retiming;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Triggers triggers;

  SilentHolds(
      DataSource database,
      CustomerStates states,
      SilenceWatch silence,
      Retiming retiming,
      Scorer scorer,
      RiskJournal journal,
      Triggers triggers) {
    this.database = database;
    this.states = states;
    this.silence = silence;
    this.retiming = retiming;
    this.scorer = scorer;
    this.journal = journal;
    this.triggers = triggers;
  }

  @Override
  public List<Long> toHold(Hold hold, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.customer_id FROM incident_customer c JOIN customer_state s ON"
                    + " s.customer_id = c.customer_id WHERE c.incident_id = ? AND"
                    + " (s.silent_through IS NULL OR s.silent_through > ?) ORDER BY c.customer_id"
                    + " LIMIT ?")) {
      select.setLong(1, hold.incident());
      SqlTime.set(select, 2, hold.silentThrough());
      select.setInt(3, limit);
      return ids(select);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read whom to hold", failure);
    }
  }

  @Override
  public List<Long> toRelease(long incident, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.customer_id FROM incident_customer c JOIN customer_state s ON"
                    + " s.customer_id = c.customer_id WHERE c.incident_id = ? AND s.held_by ="
                    + " c.incident_id ORDER BY c.customer_id LIMIT ?")) {
      select.setLong(1, incident);
      select.setInt(2, limit);
      return ids(select);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read whom to release", failure);
    }
  }

  private static List<Long> ids(PreparedStatement select) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  @Override
  public int settle(List<Long> customers, Function<List<Long>, Map<Long, Hold>> holds) {
    // Before the transaction: nobody waits for a lock while the broker is asked.
    KnownSilence known = silence.look();
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Map<Long, Hold> wanted = holds.apply(customers);
              settle(customers, wanted, known);
              return wanted.size();
            });
  }

  private void settle(List<Long> customers, Map<Long, Hold> holds, KnownSilence known) {
    OperationalCalendar calendar = retiming.inForce();
    Scorer.Session session = scorer.session();
    List<CustomerState> looked = new ArrayList<>(states.lock(customers).values());
    List<CustomerState> held = new ArrayList<>();
    List<Rescored> scored = new ArrayList<>();
    for (CustomerState state : looked) {
      Hold hold = holds.get(state.customerId());
      CustomerState.Hold before = state.hold();
      state.hold(
          hold == null ? null : new CustomerState.Hold(hold.incident(), hold.silentThrough()));
      boolean earlier =
          hold != null && (before == null || hold.silentThrough().isBefore(before.silentThrough()));
      // Of a row that waits for a quiet score, that score will be the first with the hold.
      if (earlier && state.rescoreDue() == null) {
        retiming.bring(state, calendar);
        session.score(state, known.of(state)).ifPresent(scored::add);
        held.add(state);
      }
    }
    states.save(held);
    states.saveHolds(looked);
    journal.record(scored);
    triggers.hold(scored);
  }
}
