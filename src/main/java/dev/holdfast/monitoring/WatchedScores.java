package dev.holdfast.monitoring;

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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads and writes the watched customers and their shadow scores, in the caller's transaction. */
@ApplicationScoped
class WatchedScores {

  private static final String COLUMNS =
      "m.snapshot_id, m.customer_id, m.as_of, m.horizon_end, m.risk, m.idle_days, m.watched_days,"
          + " m.return_days, m.weight, m.churned";

  /** A customer as first watched. */
  record Watching(
      long customerId,
      @Nullable Integer sourceId,
      Instant asOf,
      Instant horizonEnd,
      double risk,
      double idleDays,
      Instant dueAt) {}

  private final DataSource database;

  WatchedScores(DataSource database) {
    this.database = database;
  }

  void add(int snapshotId, List<Watching> rows) throws SQLException {
    try (Connection connection = database.getConnection()) {
      for (List<Watching> chunk : Jdbc.chunks(rows)) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO monitored_score (snapshot_id, customer_id, source_id, as_of,"
                    + " horizon_end, risk, idle_days, due_at) VALUES "
                    + "(?,?,?,?,?,?,?,?),".repeat(chunk.size() - 1)
                    + "(?,?,?,?,?,?,?,?)")) {
          int at = 1;
          for (Watching row : chunk) {
            insert.setInt(at++, snapshotId);
            insert.setLong(at++, row.customerId());
            Jdbc.set(insert, at++, row.sourceId());
            SqlTime.set(insert, at++, row.asOf());
            SqlTime.set(insert, at++, row.horizonEnd());
            insert.setDouble(at++, row.risk());
            insert.setDouble(at++, row.idleDays());
            SqlTime.set(insert, at++, row.dueAt());
          }
          insert.executeUpdate();
        }
      }
    }
  }

  /**
   * @param risks of the customers of {@code rows}, in their order
   */
  void addShadows(int snapshotId, int modelId, List<Watching> rows, List<Double> risks)
      throws SQLException {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      indices.add(i);
    }
    try (Connection connection = database.getConnection()) {
      for (List<Integer> chunk : Jdbc.chunks(indices)) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO shadow_score (snapshot_id, model_id, customer_id, as_of, risk) VALUES "
                    + "(?,?,?,?,?),".repeat(chunk.size() - 1)
                    + "(?,?,?,?,?)")) {
          int at = 1;
          for (int i : chunk) {
            insert.setInt(at++, snapshotId);
            insert.setInt(at++, modelId);
            insert.setLong(at++, rows.get(i).customerId());
            SqlTime.set(insert, at++, rows.get(i).asOf());
            insert.setDouble(at++, risks.get(i));
          }
          insert.executeUpdate();
        }
      }
    }
  }

  /**
   * Customers of whom more can be known: due, and their source complete past the due instant.
   *
   * @param complete how far each source is complete, by source id
   */
  List<Watched> due(Map<Integer, Instant> complete, Instant now, int limit) throws SQLException {
    StringBuilder bounds = new StringBuilder("(m.source_id IS NULL AND m.due_at <= ?)");
    List<Instant> instants = new ArrayList<>(List.of(now));
    complete.forEach(
        (source, through) -> {
          bounds.append(" OR (m.source_id = ").append(source).append(" AND m.due_at <= ?)");
          instants.add(through.isBefore(now) ? through : now);
        });
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + COLUMNS
                    + " FROM monitored_score m WHERE m.due_at <= ? AND ("
                    + bounds
                    + ") ORDER BY m.snapshot_id, m.customer_id LIMIT "
                    + limit)) {
      SqlTime.set(select, 1, now);
      for (int i = 0; i < instants.size(); i++) {
        SqlTime.set(select, i + 2, instants.get(i));
      }
      return rows(select);
    }
  }

  /** The champion of each snapshot, by snapshot. */
  Map<Integer, Integer> champions() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT id, model_id FROM monitoring_snapshot");
        ResultSet row = select.executeQuery()) {
      Map<Integer, Integer> champions = new HashMap<>();
      while (row.next()) {
        champions.put(row.getInt(1), row.getInt(2));
      }
      return champions;
    }
  }

  /** Writes what is known of these customers now. */
  void update(List<Watched> rows, Map<Watched, Instant> nextDue) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE monitored_score SET due_at = ?, watched_days = ?, return_days = ?,"
                    + " weight = ?, churned = ? WHERE snapshot_id = ? AND customer_id = ?")) {
      for (Watched row : rows) {
        SqlTime.set(update, 1, nextDue.get(row));
        update.setDouble(2, row.watchedDays());
        update.setObject(3, row.returnDays());
        update.setDouble(4, row.weight());
        update.setObject(5, row.churned() == null ? null : row.churned() ? 1 : 0);
        update.setInt(6, row.snapshotId());
        update.setLong(7, row.customerId());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** Customers of a champion whose label came due in [from, to), as far as it is known. */
  List<Watched> matured(int modelId, Instant from, Instant to) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + COLUMNS
                    + " FROM monitored_score m JOIN monitoring_snapshot s ON s.id = m.snapshot_id"
                    + " WHERE s.model_id = ? AND m.horizon_end >= ? AND m.horizon_end < ?"
                    + " AND m.churned IS NOT NULL")) {
      select.setInt(1, modelId);
      SqlTime.set(select, 2, from);
      SqlTime.set(select, 3, to);
      return rows(select);
    }
  }

  /** Customers watched under a champion in the snapshots taken since an instant. */
  List<Watched> watchedSince(int modelId, Instant from) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + COLUMNS
                    + " FROM monitoring_snapshot s JOIN monitored_score m ON m.snapshot_id = s.id"
                    + " WHERE s.model_id = ? AND s.taken_at >= ?")) {
      select.setInt(1, modelId);
      SqlTime.set(select, 2, from);
      return rows(select);
    }
  }

  /** The newest risks of a champion: those of the last snapshot taken. */
  double[] newestRisks(int modelId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT risk FROM monitored_score WHERE snapshot_id ="
                    + " (SELECT MAX(id) FROM monitoring_snapshot WHERE model_id = ?)")) {
      select.setInt(1, modelId);
      List<Double> risks = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          risks.add(row.getDouble(1));
        }
      }
      return risks.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  /**
   * The shadow scores of the labels that came due in [from, to), by version, then by {@link
   * Weeks#key}.
   */
  Map<String, Map<Long, Double>> shadows(int championId, Instant from, Instant to)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT v.version, x.snapshot_id, x.customer_id, x.risk FROM monitored_score m"
                    + " JOIN monitoring_snapshot s ON s.id = m.snapshot_id"
                    + " JOIN shadow_score x ON x.snapshot_id = m.snapshot_id"
                    + " AND x.customer_id = m.customer_id JOIN model v ON v.id = x.model_id"
                    + " WHERE s.model_id = ? AND m.horizon_end >= ? AND m.horizon_end < ?"
                    + " AND m.churned IS NOT NULL")) {
      select.setInt(1, championId);
      SqlTime.set(select, 2, from);
      SqlTime.set(select, 3, to);
      Map<String, Map<Long, Double>> shadows = new TreeMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          shadows
              .computeIfAbsent(row.getString(1), version -> new HashMap<>())
              .put(Weeks.key(row.getInt(2), row.getLong(3)), row.getDouble(4));
        }
      }
      return shadows;
    }
  }

  private static List<Watched> rows(PreparedStatement select) throws SQLException {
    List<Watched> rows = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        double returned = row.getDouble("return_days");
        Double returnDays = row.wasNull() ? null : returned;
        Integer churned = Jdbc.integer(row, "churned");
        rows.add(
            new Watched(
                row.getInt("snapshot_id"),
                row.getLong("customer_id"),
                SqlTime.required(row, "as_of"),
                SqlTime.required(row, "horizon_end"),
                row.getDouble("risk"),
                row.getDouble("idle_days"),
                row.getDouble("watched_days"),
                returnDays,
                row.getDouble("weight"),
                churned == null ? null : churned == 1));
      }
    }
    return rows;
  }
}
