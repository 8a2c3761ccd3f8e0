package dev.holdfast.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A table of long work, a row for each run. Whoever works on a run keeps its row alive, and whoever
 * watches reads it; so a process that is gone is noticed, and one that goes on can be told to end.
 *
 * <ul>
 *   <li>{@link #WAITING}: asked for, and nobody works on it yet;
 *   <li>{@link #RUNNING}: somebody does, and was heard of within the last 90 s;
 *   <li>{@link #BROKEN_OFF}: its process left it, with a word or without one. Without one, the row
 *       says running, and is so again when the process is heard of again;
 *   <li>{@link #DONE}, {@link #FAILED} with the problem, and {@link #STOPPED} by a person.
 * </ul>
 *
 * <p>From waiting it goes to running and from both to one of the others, where it stays: whoever
 * works on it learns from {@link #alive} and {@link #end} that somebody ended it.
 *
 * <p>The table has {@code id} that counts up, {@code state}, {@code problem} of 1,000 characters,
 * {@code started_at} (of one that waits: when it was asked for), {@code seen_at} and {@code
 * ended_at}, all by the clock of the database. The columns that are the caller's own are written
 * along. Rows are read by the caller, with {@link #STATE} for the state.
 */
public final class RunTable {

  public static final String WAITING = "waiting";
  public static final String RUNNING = "running";
  public static final String DONE = "done";
  public static final String FAILED = "failed";
  public static final String STOPPED = "stopped";
  public static final String BROKEN_OFF = "broken-off";

  /** Long enough to wait for a lock meanwhile. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(90);

  /** Condition of rows whose process was not heard of for so long that it counts as gone. */
  public static final String UNHEARD =
      "seen_at < UTC_TIMESTAMP(6) - INTERVAL " + LOST_AFTER.toSeconds() + " SECOND";

  /** The state of a row as it is to be read. */
  public static final String STATE =
      "IF(state = '" + RUNNING + "' AND " + UNHEARD + ", '" + BROKEN_OFF + "', state)";

  private static final Logger LOG = Logger.getLogger(RunTable.class);
  private static final int LONGEST_PROBLEM = 1_000;
  private static final String NOW = "UTC_TIMESTAMP(6)";

  private final DataSource database;
  private final String table;

  /**
   * @param table its name
   */
  public RunTable(DataSource database, String table) {
    this.database = database;
    this.table = table;
  }

  /**
   * Writes down that a run is worked on from now on.
   *
   * @param columns the caller's own, by name
   * @return its id
   */
  public long begin(Map<String, @Nullable Object> columns) {
    return insert(RUNNING, columns);
  }

  /** As {@link #begin}, of one that nobody works on yet. */
  public long ask(Map<String, @Nullable Object> columns) {
    return insert(WAITING, columns);
  }

  /**
   * Takes a run that waits, to work on it.
   *
   * @return false if it waits no more, or if a unique key of the table has no room for {@code
   *     columns}
   */
  public boolean take(long id, Map<String, @Nullable Object> columns) {
    try {
      return update(
          id,
          columns,
          "state = '" + RUNNING + "', started_at = " + NOW + ", seen_at = " + NOW,
          List.of(),
          "state = '" + WAITING + "'");
    } catch (SQLIntegrityConstraintViolationException taken) {
      return false;
    } catch (SQLException failure) {
      throw unwritten(failure);
    }
  }

  /**
   * Says where a run stands, and so that it is worked on. What cannot be written is left out: who
   * watches sees less, and the work itself meets what is wrong.
   *
   * @return false if somebody ended it
   */
  public boolean alive(long id, Map<String, @Nullable Object> columns) {
    try {
      return update(id, columns, "seen_at = " + NOW, List.of(), "state = '" + RUNNING + "'");
    } catch (SQLException failure) {
      LOG.debugf("Where run %d of %s stands is not written: %s", id, table, failure.getMessage());
      return true;
    }
  }

  /**
   * Ends a run that is worked on.
   *
   * @param state {@link #DONE}, {@link #FAILED}, {@link #STOPPED} or {@link #BROKEN_OFF}
   * @param problem why it failed, cut to 1,000 characters; null unless it did
   * @return false if somebody ended it before
   */
  public boolean end(
      long id, String state, @Nullable String problem, Map<String, @Nullable Object> columns) {
    try {
      return update(
          id,
          columns,
          "state = ?, problem = ?, seen_at = " + NOW + ", ended_at = " + NOW,
          Arrays.asList(state, problem == null ? null : cut(problem)),
          "state = '" + RUNNING + "'");
    } catch (SQLException failure) {
      throw unwritten(failure);
    }
  }

  /**
   * Ends a run for a person, also one that waits. Whoever works on it learns it when it next says
   * that it is alive.
   *
   * @return false if it was over before
   */
  public boolean stop(long id, Map<String, @Nullable Object> columns) {
    try {
      return update(
          id,
          columns,
          "state = '" + STOPPED + "', ended_at = " + NOW,
          List.of(),
          STATE + " IN ('" + WAITING + "', '" + RUNNING + "')");
    } catch (SQLException failure) {
      throw unwritten(failure);
    }
  }

  private long insert(String state, Map<String, @Nullable Object> columns) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                String.format(
                    "INSERT INTO %s (%s, state, started_at, seen_at) VALUES (%s, '%s', %s, %s)"
                        + " RETURNING id",
                    table,
                    String.join(", ", columns.keySet()),
                    Jdbc.marks(columns.size()),
                    state,
                    NOW,
                    NOW))) {
      bind(insert, columns.values());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw unwritten(failure);
    }
  }

  private boolean update(
      long id,
      Map<String, @Nullable Object> columns,
      String more,
      List<@Nullable String> values,
      String condition)
      throws SQLException {
    StringBuilder sql = new StringBuilder("UPDATE ").append(table).append(" SET ");
    columns.keySet().forEach(column -> sql.append(column).append(" = ?, "));
    sql.append(more).append(" WHERE id = ? AND ").append(condition);
    List<@Nullable Object> bound = new ArrayList<>(columns.values());
    bound.addAll(values);
    bound.add(id);
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql.toString())) {
      bind(update, bound);
      return update.executeUpdate() > 0;
    }
  }

  private static String cut(String problem) {
    return problem.length() <= LONGEST_PROBLEM
        ? problem
        : problem.substring(0, LONGEST_PROBLEM - 1) + "…";
  }

  private static void bind(PreparedStatement statement, Iterable<@Nullable Object> values)
      throws SQLException {
    int at = 1;
    for (Object value : values) {
      statement.setObject(at++, value);
    }
  }

  private IllegalStateException unwritten(SQLException failure) {
    return new IllegalStateException(
        "what becomes of a run cannot be written to " + table, failure);
  }
}
