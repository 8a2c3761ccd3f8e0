package dev.holdfast.effect.report;

import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.effect.AssignedLabel;
import dev.holdfast.event.HistoryReader;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Labels of assigned customers, kept. A row is written under the lock of the customer's state, and
 * removed in the transaction of any event that it rests on: whoever stores an event holds that lock
 * too, so that no row outlives what it was made of.
 */
@ApplicationScoped
class LabelRows implements HistoryReader {

  /** What joins a row to the ledger as {@code k}: made for as many days and by the rules of now. */
  static final String KEPT =
      "assigned_label k ON k.episode_id = l.episode_id AND k.days = ? AND k.rules = "
          + AssignedLabel.RULES;

  /** A label that is to be kept, of a member whose episode and customer are there. */
  record Row(Membership member, AssignedLabel label) {}

  /**
   * A row that was joined as {@code k}, from its columns {@code matured_at, label, without_induced}
   * at this place on; null if there is none.
   */
  static @Nullable AssignedLabel read(ResultSet row, int at) throws SQLException {
    Instant maturedAt = SqlTime.read(row, at);
    if (maturedAt == null) {
      return null;
    }
    String label = row.getString(at + 1);
    return label == null
        ? AssignedLabel.open(maturedAt)
        : new AssignedLabel(maturedAt, true, of(label), of(row.getString(at + 2)));
  }

  private static ChurnLabel of(String name) {
    return ChurnLabel.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static String name(ChurnLabel label) {
    return label.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The sources of those of the customers whose state could be locked at once, until the
   * transaction ends; null of whom no use is known. Nobody is waited for, and who has no state is
   * left out.
   */
  Map<Long, @Nullable Integer> lockFree(Connection connection, List<Long> customerIds)
      throws SQLException {
    return sources(connection, customerIds, " ORDER BY customer_id FOR UPDATE SKIP LOCKED");
  }

  /** The sources of customers; null of whom no use is known, absent who has no state. */
  Map<Long, @Nullable Integer> sources(Connection connection, List<Long> customerIds)
      throws SQLException {
    return sources(connection, customerIds, "");
  }

  private static Map<Long, @Nullable Integer> sources(
      Connection connection, List<Long> customerIds, String suffix) throws SQLException {
    Map<Long, @Nullable Integer> sources = new HashMap<>();
    Jdbc.read(
        connection,
        "SELECT customer_id, source_id FROM customer_state WHERE customer_id IN (:ids)" + suffix,
        customerIds,
        row -> sources.put(row.getLong(1), Jdbc.integer(row, "source_id")));
    return sources;
  }

  /** The sources that report the use of anybody. */
  Set<Integer> inUse(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT source_id FROM customer_state WHERE source_id IS NOT NULL");
        ResultSet row = select.executeQuery()) {
      Set<Integer> sources = new HashSet<>();
      while (row.next()) {
        sources.add(row.getInt(1));
      }
      return sources;
    }
  }

  /** Keeps labels of customers whose states are locked, in the place of what was kept of them. */
  void keep(Connection connection, int days, List<Row> rows) throws SQLException {
    for (List<Row> chunk : Jdbc.chunks(rows)) {
      try (PreparedStatement upsert =
          connection.prepareStatement(
              "INSERT INTO assigned_label (episode_id, customer_id, risk, model_id, cause, days,"
                  + " rules, matured_at, label, without_induced, rests_until) VALUES "
                  + "(?,?,?,?,?,?,?,?,?,?,?),".repeat(chunk.size() - 1)
                  + "(?,?,?,?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE days=VALUES(days),"
                  + " rules=VALUES(rules), matured_at=VALUES(matured_at), label=VALUES(label),"
                  + " without_induced=VALUES(without_induced), rests_until=VALUES(rests_until)")) {
        int at = 1;
        for (Row row : chunk) {
          AssignedLabel label = row.label();
          upsert.setLong(at++, row.member().episodeId());
          upsert.setLong(at++, row.member().customerId());
          upsert.setDouble(at++, Objects.requireNonNull(row.member().risk()));
          upsert.setInt(at++, Objects.requireNonNull(row.member().modelId()));
          upsert.setString(at++, Objects.requireNonNull(row.member().cause()));
          upsert.setInt(at++, days);
          upsert.setInt(at++, AssignedLabel.RULES);
          SqlTime.set(upsert, at++, label.maturedAt());
          upsert.setString(at++, label.mature() ? name(label.label()) : null);
          upsert.setString(at++, label.mature() ? name(label.withoutInduced()) : null);
          SqlTime.set(upsert, at++, label.restsUntil(row.member().assignedAt()));
        }
        upsert.executeUpdate();
      }
    }
  }

  @Override
  public void appended(Connection connection, Map<Long, Instant> oldest) throws SQLException {
    List<Long> untrue = new ArrayList<>();
    Jdbc.read(
        connection,
        "SELECT episode_id, customer_id, rests_until FROM assigned_label WHERE customer_id IN"
            + " (:ids)",
        oldest.keySet(),
        row -> {
          Instant happened = oldest.get(row.getLong("customer_id"));
          if (happened != null && !happened.isAfter(SqlTime.required(row, "rests_until"))) {
            untrue.add(row.getLong("episode_id"));
          }
        });
    for (List<Long> chunk : Jdbc.chunks(untrue)) {
      Jdbc.change(connection, "DELETE FROM assigned_label WHERE episode_id IN (:ids)", chunk);
    }
  }
}
