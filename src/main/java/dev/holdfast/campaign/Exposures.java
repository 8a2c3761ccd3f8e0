package dev.holdfast.campaign;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Which customers our campaigns may have influenced, by the ledger; for labels. */
@ApplicationScoped
public class Exposures {

  private static final int ROWS_STREAMED = 2_000;
  private static final String EPISODES =
      "SELECT c.id, l.campaign_id, l.run, l.assigned_at, e.closed_at, l.arm, l.treatment_share"
          + " FROM customer c JOIN episode e ON e.party_id = c.party_id"
          + " JOIN ledger l ON l.episode_id = e.id";

  private final DataSource database;

  Exposures(DataSource database) {
    this.database = database;
  }

  /**
   * All episodes of the parties of these customers: a call to a party reaches each of its
   * customers. A customer without any is absent.
   */
  public Map<Long, List<Exposure>> of(Collection<Long> customerIds) {
    Map<Long, List<Exposure>> exposures = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customerIds.stream().distinct().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                EPISODES + " WHERE c.id IN (" + Jdbc.marks(chunk.size()) + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            read(row, exposures);
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the ledger", failure);
    }
    return exposures;
  }

  /** Those of all customers about whose party a campaign ever decided. */
  public Map<Long, List<Exposure>> all() {
    Map<Long, List<Exposure>> exposures = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(EPISODES)) {
      select.setFetchSize(ROWS_STREAMED);
      try (ResultSet row = select.executeQuery()) {
        read(row, exposures);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the ledger", failure);
    }
    return exposures;
  }

  private static void read(ResultSet row, Map<Long, List<Exposure>> exposures) throws SQLException {
    while (row.next()) {
      exposures
          .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
          .add(
              new Exposure(
                  new Exposure.Draw(row.getLong("campaign_id"), row.getInt("run")),
                  SqlTime.required(row, "assigned_at"),
                  SqlTime.read(row, "closed_at"),
                  Arm.ofStored(row.getString("arm")) == Arm.TREATMENT,
                  row.getDouble("treatment_share")));
    }
  }
}
