package dev.holdfast.scoring;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the customers of a page of a rescore without a lock, and writes their scores without their
 * states. In between the page is scored at leisure; what an event or a timer has changed meanwhile
 * was judged anew by that, and is left as it is.
 */
@ApplicationScoped
public class RescorePages {

  private static final String SCORED =
      "CREATE OR REPLACE TEMPORARY TABLE rescored (customer_id BIGINT NOT NULL PRIMARY KEY,"
          + " risk DOUBLE NULL, as_of DATETIME(6) NULL, model_id INT NULL, band TINYINT NULL,"
          + " next_due DATETIME(6) NULL) ENGINE=MEMORY";

  private final DataSource database;
  private final CustomerStates states;

  RescorePages(DataSource database, CustomerStates states) {
    this.database = database;
    this.states = states;
  }

  /**
   * A customer of a page, as read.
   *
   * @param state changed by scoring
   * @param score as it was
   * @param nextDue as it was
   */
  public record Member(CustomerState state, @Nullable Score score, @Nullable Instant nextDue) {}

  /**
   * The customers of a page whom the run has still to judge, by id. Those who wait for a score of
   * their own are left to it.
   */
  public List<Member> read(RescoreRun run, RescoreRun.Page page) {
    boolean byTimer = page.dueUntil() != null;
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(readSql(connection, run, byTimer))) {
      if (byTimer) {
        SqlTime.set(select, 1, page.dueAfter());
        SqlTime.set(select, 2, page.dueUntil());
      } else {
        select.setLong(1, page.firstId());
        select.setLong(2, page.lastId());
      }
      List<Member> members = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          CustomerState state = states.of(row);
          members.add(new Member(state, state.score(), state.nextDue()));
        }
      }
      return members;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read a page of the rescore", failure);
    }
  }

  private static String readSql(Connection connection, RescoreRun run, boolean byTimer)
      throws SQLException {
    return "SELECT "
        + CustomerStates.READ
        + " FROM customer_state FORCE INDEX ("
        + (byTimer ? "customer_state_due" : "PRIMARY")
        + ") WHERE rescore_due IS NULL AND "
        + (byTimer
            ? "source_id IN ("
                + DueTimers.sources(connection)
                + ") AND next_due > ? AND next_due <= ?"
            : "customer_id BETWEEN ? AND ?")
        + (run.doneModel() == null
            ? ""
            : " AND (model_id IS NULL OR model_id <> " + run.doneModel() + ")")
        + " ORDER BY customer_id";
  }

  /**
   * Locks those of these customers whose rows still are as they were read and whom nobody else
   * holds, until the caller's transaction ends. Never waits.
   */
  public Set<Long> lockUnchanged(Collection<Member> members) {
    Map<Long, Member> byId = new HashMap<>();
    members.forEach(member -> byId.put(member.state().customerId(), member));
    Set<Long> unchanged = new HashSet<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(byId.keySet().stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, risk, as_of, model_id, next_due, last_event_key, held_by FROM"
                    + " customer_state WHERE rescore_due IS NULL AND customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY customer_id FOR UPDATE SKIP LOCKED")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              long id = row.getLong("customer_id");
              if (same(Objects.requireNonNull(byId.get(id)), row)) {
                unchanged.add(id);
              }
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot lock a page of the rescore", failure);
    }
    return unchanged;
  }

  private static boolean same(Member member, ResultSet row) throws SQLException {
    Score score = member.score();
    Integer model = Jdbc.integer(row, "model_id");
    boolean sameScore =
        score == null
            ? model == null
            : model != null
                && model == score.modelId()
                && row.getDouble("risk") == score.risk()
                && score.asOf().equals(SqlTime.read(row, "as_of"));
    CustomerState.Hold hold = member.state().hold();
    long heldBy = row.getLong("held_by");
    boolean sameHold = row.wasNull() ? hold == null : hold != null && hold.incident() == heldBy;
    return sameScore
        && sameHold
        && Objects.equals(member.nextDue(), SqlTime.read(row, "next_due"))
        && Arrays.equals(
            member.state().activity().lastKey().toBytes(), row.getBytes("last_event_key"));
  }

  /** Writes the scores and timers of locked customers, in the caller's transaction. */
  public void write(Collection<CustomerState> states) {
    if (states.isEmpty()) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement create = connection.prepareStatement(SCORED)) {
        create.executeUpdate();
      }
      for (List<CustomerState> chunk : Jdbc.chunks(List.copyOf(states))) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO rescored VALUES "
                    + "(?,?,?,?,?,?),".repeat(chunk.size() - 1)
                    + "(?,?,?,?,?,?)")) {
          int at = 1;
          for (CustomerState state : chunk) {
            at = bind(insert, at, state);
          }
          insert.executeUpdate();
        }
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE rescored r JOIN customer_state s ON s.customer_id = r.customer_id SET s.risk"
                  + " = r.risk, s.as_of = r.as_of, s.model_id = r.model_id, s.band = r.band,"
                  + " s.next_due = r.next_due")) {
        update.executeUpdate();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot write the scores of a rescore", failure);
    }
  }

  private static int bind(PreparedStatement insert, int first, CustomerState state)
      throws SQLException {
    int at = first;
    Score score = state.score();
    insert.setLong(at++, state.customerId());
    if (score == null) {
      insert.setNull(at++, Types.DOUBLE);
      insert.setNull(at++, Types.TIMESTAMP);
      insert.setNull(at++, Types.INTEGER);
      insert.setNull(at++, Types.TINYINT);
    } else {
      insert.setDouble(at++, score.risk());
      SqlTime.set(insert, at++, score.asOf());
      insert.setInt(at++, score.modelId());
      insert.setInt(at++, score.band().ordinal());
    }
    SqlTime.set(insert, at++, state.nextDue());
    return at;
  }
}
