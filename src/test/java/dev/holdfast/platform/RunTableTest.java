package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a run, in the table of the replays. */
@QuarkusTest
class RunTableTest {

  private static final long NO_CAMPAIGN = -7;

  @Inject DataSource database;

  private RunTable runs;

  @BeforeEach
  @AfterEach
  void noRows() throws SQLException {
    runs = new RunTable(database, "campaign_replay");
    change("DELETE FROM campaign_replay WHERE campaign_id = " + NO_CAMPAIGN);
    change("UPDATE campaign_replay SET running_marker = NULL WHERE running_marker = 1");
  }

  @Test
  void aRunThatIsKeptAliveRunsUntilItEnds() throws SQLException {
    long run = runs.begin(columns());
    assertThat(state(run)).isEqualTo(RunTable.RUNNING);
    assertThat(runs.alive(run, Map.of("share", 0.25))).isTrue();
    assertThat(read(run, "share = 0.25")).isEqualTo("1");
    assertThat(read(run, "ended_at")).isNull();

    assertThat(runs.end(run, RunTable.FAILED, "x".repeat(1_001), Map.of("share", 0.5))).isTrue();

    assertThat(state(run)).isEqualTo(RunTable.FAILED);
    assertThat(read(run, "problem")).hasSize(1_000).endsWith("x…");
    assertThat(read(run, "share = 0.5")).isEqualTo("1");
    assertThat(read(run, "ended_at")).isNotNull();
    assertThat(runs.alive(run, Map.of("share", 0.75))).isFalse();
    assertThat(runs.end(run, RunTable.DONE, null, Map.of())).isFalse();
    assertThat(runs.stop(run, Map.of())).isFalse();
    assertThat(state(run)).as("what is over stays as it ended").isEqualTo(RunTable.FAILED);
  }

  @Test
  void whoIsNotHeardOfCountsAsGoneUntilItIsHeardOfAgain() throws SQLException {
    long run = runs.begin(columns());
    silence(run, 80);
    assertThat(state(run)).isEqualTo(RunTable.RUNNING);
    silence(run, 20);
    assertThat(state(run)).isEqualTo(RunTable.BROKEN_OFF);
    assertThat(runs.stop(run, Map.of())).as("there is nobody to tell").isFalse();

    assertThat(runs.alive(run, Map.of("share", 0.25))).isTrue();

    assertThat(state(run)).isEqualTo(RunTable.RUNNING);
  }

  @Test
  void whoWorksOnARunThatIsStoppedLearnsIt() throws SQLException {
    long run = runs.begin(columns());

    assertThat(runs.stop(run, Map.of("stopped_by", "lea"))).isTrue();

    assertThat(state(run)).isEqualTo(RunTable.STOPPED);
    assertThat(read(run, "stopped_by")).isEqualTo("lea");
    assertThat(runs.alive(run, Map.of("share", 0.25))).isFalse();
    assertThat(runs.end(run, RunTable.DONE, null, Map.of("share", 1.0))).isFalse();
    assertThat(read(run, "share = 0")).isEqualTo("1");
  }

  @Test
  void oneThatWaitsIsTakenOnceAndOnlyWhereThereIsRoom() throws SQLException {
    long first = runs.ask(columns());
    long second = runs.ask(columns());
    silence(first, 1_000);
    assertThat(state(first)).as("nobody has to keep it alive").isEqualTo(RunTable.WAITING);
    assertThat(runs.alive(first, Map.of("share", 0.25))).isFalse();

    assertThat(runs.take(first, Map.of("running_marker", 1))).isTrue();
    assertThat(runs.take(first, Map.of("running_marker", 1))).isFalse();
    assertThat(runs.take(second, Map.of("running_marker", 1))).isFalse();

    assertThat(state(first)).isEqualTo(RunTable.RUNNING);
    assertThat(state(second)).isEqualTo(RunTable.WAITING);
    assertThat(runs.stop(second, Map.of())).isTrue();
    assertThat(runs.take(second, Map.of())).isFalse();
  }

  private static Map<String, @Nullable Object> columns() {
    Map<String, @Nullable Object> columns = new HashMap<>();
    columns.put("campaign_id", NO_CAMPAIGN);
    columns.put("version", 1);
    columns.put("threshold", null);
    columns.put("from_day", LocalDate.parse("2026-01-01"));
    columns.put("to_day", LocalDate.parse("2026-02-01"));
    columns.put("customers", 0);
    columns.put("model", "none");
    columns.put("started_by", "test");
    return columns;
  }

  private void silence(long run, int seconds) throws SQLException {
    change(
        "UPDATE campaign_replay SET seen_at = seen_at - INTERVAL "
            + seconds
            + " SECOND WHERE id = "
            + run);
  }

  private @Nullable String state(long run) throws SQLException {
    return read(run, RunTable.STATE);
  }

  private @Nullable String read(long run, String expression) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT " + expression + " FROM campaign_replay WHERE id = " + run);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private void change(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.executeUpdate();
    }
  }
}
