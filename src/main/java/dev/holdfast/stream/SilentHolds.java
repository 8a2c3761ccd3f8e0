package dev.holdfast.stream;

import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.warning.HeldCustomers;
import io.quarkus.narayana.jta.QuarkusTransaction;
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
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
  public List<Long> toHold(Hold hold, Collection<Integer> cells, int limit) {
    if (cells.isEmpty()) {
      return List.of();
    }
    String within = " AND s.cell_id IN (" + joined(cells) + ") LIMIT ?";
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement free =
          connection.prepareStatement(
              "SELECT s.customer_id FROM customer_state s FORCE INDEX (customer_state_held) WHERE"
                  + " s.held_by IS NULL"
                  + within)) {
        free.setInt(1, limit);
        List<Long> found = ids(free);
        if (!found.isEmpty()) {
          return found;
        }
      }
      try (PreparedStatement later =
          connection.prepareStatement(
              "SELECT s.customer_id FROM incident i STRAIGHT_JOIN customer_state s FORCE INDEX"
                  + " (customer_state_held) ON s.held_by = i.id WHERE i.holding = TRUE AND i.id <>"
                  + " ? AND s.silent_through > ?"
                  + within)) {
        later.setLong(1, hold.incident());
        SqlTime.set(later, 2, hold.silentThrough());
        later.setInt(3, limit);
        return ids(later);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read whom to hold", failure);
    }
  }

  private static String joined(Collection<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }

  @Override
  public List<Long> toHold(Hold hold, long after, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.customer_id FROM incident_customer c JOIN customer_state s ON"
                    + " s.customer_id = c.customer_id WHERE c.incident_id = ? AND c.customer_id > ?"
                    + " AND (s.silent_through IS NULL OR s.silent_through > ?) ORDER BY"
                    + " c.customer_id LIMIT ?")) {
      select.setLong(1, hold.incident());
      select.setLong(2, after);
      SqlTime.set(select, 3, hold.silentThrough());
      select.setInt(4, limit);
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
                "SELECT customer_id FROM customer_state FORCE INDEX (customer_state_held) WHERE"
                    + " held_by = ? LIMIT ?")) {
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
  public Settling begin() {
    // Before any transaction: nobody waits for a lock while the broker is asked.
    KnownSilence known = silence.look();
    return (customers, holds) ->
        QuarkusTransaction.requiringNew().call(() -> settle(customers, holds, known));
  }

  private int settle(
      List<Long> customers,
      Function<Map<Long, @Nullable Integer>, Map<Long, Hold>> holds,
      KnownSilence known) {
    OperationalCalendar calendar = retiming.inForce();
    Scorer.Session session = scorer.session();
    Collection<CustomerState> looked = states.lock(customers).values();
    Map<Long, @Nullable Integer> cells = new HashMap<>();
    for (CustomerState state : looked) {
      Attendee attendee = state.attendee();
      cells.put(state.customerId(), attendee == null ? null : attendee.cell());
    }
    Map<Long, Hold> wanted = holds.apply(cells);
    List<CustomerState> changed = new ArrayList<>();
    List<Rescored> scored = new ArrayList<>();
    for (CustomerState state : looked) {
      Hold hold = wanted.get(state.customerId());
      state.hold(
          hold == null ? null : new CustomerState.Hold(hold.incident(), hold.silentThrough()));
      Score before = state.score();
      // Also of a row that waits for a quiet score: that one never takes back what was counted.
      if (hold != null && before != null && before.asOf().isAfter(hold.silentThrough())) {
        retiming.bring(state, calendar);
        Instant through = known.of(state);
        session
            .score(state, through == null ? hold.silentThrough() : through)
            .ifPresent(scored::add);
        changed.add(state);
      }
    }
    states.save(changed);
    states.saveHolds(looked);
    journal.record(scored);
    triggers.hold(scored);
    return wanted.size();
  }
}
