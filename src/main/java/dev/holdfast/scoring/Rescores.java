package dev.holdfast.scoring;

import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Which customers are to be scored: by timer, because silence took them to a level, or quietly,
 * because what judges them changed (an import, a model, a threshold).
 */
@ApplicationScoped
public class Rescores {

  private final DataSource database;
  private final SystemClock clock;

  Rescores(DataSource database, SystemClock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Asks for a quiet score of every customer, in the caller's transaction.
   *
   * @return how many rows that are
   */
  public long requestAll() {
    return request("UPDATE customer_state SET rescore_due = ?");
  }

  /** Asks for a quiet score of every customer whose score is not this model's. */
  public long requestAllNotBy(int modelId) {
    return request(
        "UPDATE customer_state SET rescore_due = ? WHERE model_id IS NULL OR model_id <> "
            + modelId);
  }

  private long request(String sql) {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      SqlTime.set(update, 1, clock.now());
      return update.executeLargeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot ask for scores", failure);
    }
  }

  /** How many customers still wait for a quiet score. */
  public long waiting() {
    return count("SELECT COUNT(*) FROM customer_state WHERE rescore_due IS NOT NULL");
  }

  /** How many customers have a risk. */
  public long scored() {
    return count("SELECT COUNT(*) FROM customer_state WHERE risk IS NOT NULL");
  }

  private long count(String sql) {
    try (Connection connection = database.getConnection();
        PreparedStatement count = connection.prepareStatement(sql);
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count scores", failure);
    }
  }

  /** Customers to score quietly now, longest due first, in these partitions. */
  public List<Long> quietlyDue(Collection<Integer> partitions, int limit) {
    if (partitions.isEmpty()) {
      return List.of();
    }
    return ids(
        "SELECT customer_id FROM customer_state WHERE rescore_due <= ? AND partition_no IN ("
            + joined(partitions)
            + ") ORDER BY rescore_due LIMIT "
            + limit,
        List.of(clock.now()));
  }

  /**
   * Customers whose timer may act, in order of due time: due by the business instant {@code now},
   * their partition consumed, and their source complete past the due instant.
   *
   * @param complete how far each source is complete, by source id
   */
  public List<Long> timersDue(
      Map<Integer, Instant> complete, Collection<Integer> partitions, Instant now, int limit) {
    if (partitions.isEmpty() || complete.isEmpty()) {
      return List.of();
    }
    List<Instant> bounds = new ArrayList<>();
    List<String> bySource = new ArrayList<>();
    complete.forEach(
        (source, through) -> {
          bySource.add("(source_id = " + source + " AND next_due <= ?)");
          bounds.add(through.isBefore(now) ? through : now);
        });
    return ids(
        "SELECT customer_id FROM customer_state WHERE next_due IS NOT NULL AND partition_no IN ("
            + joined(partitions)
            + ") AND ("
            + String.join(" OR ", bySource)
            + ") ORDER BY next_due LIMIT "
            + limit,
        bounds);
  }

  private List<Long> ids(String sql, List<Instant> instants) {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < instants.size(); i++) {
        SqlTime.set(select, i + 1, instants.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read due customers", failure);
    }
    return ids;
  }

  private static String joined(Collection<Integer> partitions) {
    return String.join(",", partitions.stream().map(String::valueOf).toList());
  }
}
