package dev.holdfast.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.platform.BusinessClocks;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HistoryPruningTest {

  private static final long CUSTOMER = 987_654_321;

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject HistoryPruning pruning;

  @Test
  void rowsOlderThanTheyAreKeptGoAndTheOthersStay() throws SQLException {
    execute("DELETE FROM risk_history");
    for (String at : new String[] {"2024-01-01", "2024-03-01", "2026-01-01"}) {
      execute(
          "INSERT INTO risk_history (customer_id, as_of, scored_at, model_id, risk, band) VALUES ("
              + CUSTOMER
              + ", '"
              + at
              + "', '"
              + at
              + "', 1, 0.5, 1)");
    }

    clocks.fix(Instant.parse("2026-02-01T00:00:00Z"));
    assertThat(pruning.prune()).isEqualTo(1);
    assertThat(pruning.prune()).isZero();
    assertThat(rows()).isEqualTo(2);

    clocks.fix(Instant.parse("2026-06-01T00:00:00Z"));
    assertThat(pruning.prune()).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);
  }

  private long rows() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM risk_history WHERE customer_id = " + CUSTOMER);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
