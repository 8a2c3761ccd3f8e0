package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.EventStore.CustomerEvent;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The bell over stored events, by the command. */
@QuarkusTest
class WarningsReplayCommandTest {

  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final int LEARNING = 28 + 70;
  private static final int OUTAGE = LEARNING + 7;

  /** Weeks of a baseline, three back, and then two weeks of scores, two back. */
  private static final int CAN_RING = 28 + 7 * (3 + 2 + 2 + 2);

  private static final int DAYS = LEARNING + 14;
  private static final int CUSTOMERS = 160;

  @Inject DataSource database;
  @Inject EventStore store;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject CustomerRecords records;
  @Inject BusinessClocks clocks;
  @Inject CommandLine.IFactory beans;

  private final String run = UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void customersOfTwoRegionsOfWhichOneStopsForADay() throws SQLException {
    nobody();
    clocks.fix(START.plus(Duration.ofDays(DAYS)).plus(Duration.ofHours(2)));
    Random random = new Random(7);
    List<CustomerEvent> events = new ArrayList<>();
    int source = sources.idOf("app-" + run);
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      String name = "test:replay-" + run + "-" + customer;
      records.change(
          name,
          new CustomerChange(
              null,
              null,
              Map.of("region", customer % 2 == 0 ? "north" : "south"),
              null,
              null,
              null),
          null,
          "test");
      long id = customers.find(name, START.plus(Duration.ofDays(DAYS))).orElseThrow();
      for (int day = 0; day < DAYS; day++) {
        boolean out = customer % 2 == 0 && day == OUTAGE;
        Instant at = START.plus(Duration.ofDays(day)).plusSeconds(random.nextInt(86_400));
        if (random.nextInt(10) < 5 && !out) {
          events.add(new CustomerEvent(id, login(name, day, at), source));
        }
      }
    }
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              try (Connection connection = database.getConnection()) {
                store.append(connection, events);
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private Event login(String customer, int day, Instant at) {
    return new Event(
        customer + "-" + day,
        "app-" + run,
        customer,
        "login",
        EventKind.USAGE,
        at,
        at,
        false,
        1,
        null,
        null,
        null,
        Map.of(),
        true);
  }

  @AfterEach
  void nobody() throws SQLException {
    execute("DELETE FROM incident WHERE subject = 'source:app-" + run + "'");
    execute("DELETE FROM event");
    execute("DELETE FROM bell_regroup");
  }

  @Test
  void itTellsWhatWouldHaveRungBesideTheNaiveRuleAndWritesNothing() throws SQLException {
    long before = written();

    CommandRun told = run("--segments", "region", "--by-the-hour", 0);

    assertThat(told.err()).isEmpty();
    assertThat(told.code()).isZero();
    assertThat(told.out())
        .contains("160 customers, 3 segments by the day and 0 by the hour")
        .contains("1.00 false alarms a year for all, 0.058 in this time")
        .startsWith(START.plus(Duration.ofDays(CAN_RING)) + " to ")
        .contains("region=north")
        .contains("by the day  since " + START.plus(Duration.ofDays(OUTAGE)))
        .contains("rung " + START.plus(Duration.ofDays(OUTAGE + 1)).plus(Duration.ofHours(1)))
        .contains("expected visits came", "they are back")
        .containsPattern("20% fewer than on the same weekday of last week\" would have rung \\d+")
        .containsPattern("day .*\\d\\d\\.\\d%.*region=south");
    assertThat(written()).isEqualTo(before);
  }

  @Test
  void otherSettingsAndTimesRingOtherwise(@TempDir Path folder) throws IOException {
    Path calendar =
        Files.writeString(
            folder.resolve("calendar.yaml"),
            "days:\n  "
                + START.plus(Duration.ofDays(OUTAGE)).toString().substring(0, 10)
                + ": 0.5\n");
    Instant after = START.plus(Duration.ofDays(OUTAGE + 2));

    assertThat(rungBy("--segments", "region")).contains("region=north");
    assertThat(rungBy("--segments", "region", "--calendar", calendar)).isEmpty();
    assertThat(rungBy("--segments", "region", "--least-missing", 500)).isEmpty();
    assertThat(rungBy("--segments", "region", "--from", after)).isEmpty();
    assertThat(rungBy("--segments", "region", "--to", START.plus(Duration.ofDays(OUTAGE))))
        .isEmpty();
    assertThat(rungBy("--segments", "")).doesNotContain("region=north");
  }

  /** A day is looked at an hour after it: the later incident was not open then, but it did wait. */
  @ParameterizedTest
  @ValueSource(ints = {6, 30})
  void whatASilentFeedLeftOutThenRingsNothing(int hoursUntilItWasOpened) throws SQLException {
    Instant since = START.plus(Duration.ofDays(OUTAGE));
    feedWasSilent(
        since, since.plus(Duration.ofHours(hoursUntilItWasOpened)), since.plus(Duration.ofDays(2)));

    assertThat(rungBy("--segments", "region")).isEmpty();
  }

  private void feedWasSilent(Instant since, Instant openedAt, Instant resolvedAt)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO incident (kind, subject, source_id, conditions, words, customers,"
                    + " since, opened_at, held, state, resolved_at) VALUES ('feed', ?, ?, 'silent',"
                    + " 'nothing came', ?, ?, ?, FALSE, 'resolved', ?)")) {
      insert.setString(1, "source:app-" + run);
      insert.setInt(2, sources.idOf("app-" + run));
      insert.setInt(3, CUSTOMERS);
      SqlTime.set(insert, 4, since);
      SqlTime.set(insert, 5, openedAt);
      SqlTime.set(insert, 6, resolvedAt);
      insert.executeUpdate();
    }
  }

  @Test
  void whatCannotBeIsRefusedInWordsBeforeAnythingIsRead() throws SQLException {
    nobody();

    refused("above 0", "--budget", 0);
    refused("[0, 1], was 2.0", "--least-drop", 2);
    refused("0 or more, was -1.0", "--least-missing", -1);
    refused("watched by the hour, was -1", "--by-the-hour", -1);
    refused("a path of segments has one to 3 names", "--segments", "a/b/c/d");
    refused("(0, 1]", "--naive", 2);
    refused("to a later one", "--from", START, "--to", START);
  }

  private void refused(String why, Object... options) {
    CommandRun told = run(options);
    assertThat(told.code()).as(told.out()).isEqualTo(2);
    assertThat(told.err()).contains(why);
  }

  @Test
  void beforeAnythingIsUsualNothingCanRing() {
    assertThat(run("--to", START.plus(Duration.ofDays(CAN_RING))).out())
        .startsWith("Nothing could ring up to");
  }

  @Test
  void withoutEventsThereIsNothingToReplay() throws SQLException {
    nobody();

    assertThat(run().out()).contains("nothing to replay");
  }

  /** The segments of the incidents, from the table. */
  private List<String> rungBy(Object... options) {
    List<Object> all = new ArrayList<>(List.of(options));
    all.add("--csv");
    CommandRun told = run(all.toArray());
    assertThat(told.err()).isEmpty();
    List<String> lines = told.out().lines().toList();
    assertThat(lines.get(0)).startsWith("\"incident\",\"segment\",\"part_of\"");
    return lines.stream().skip(1).map(line -> line.split("\"", -1)[3]).toList();
  }

  private CommandRun run(Object... options) {
    Object[] arguments = new Object[options.length + 2];
    arguments[0] = "warnings";
    arguments[1] = "replay";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return CommandRun.of(new CommandLine(HoldfastCommand.class, beans), arguments);
  }

  private long written() throws SQLException {
    long rows = 0;
    for (String table :
        List.of(
            "incident", "bell_look", "bell_count", "bell_segment", "bell_cell", "customer_state")) {
      try (Connection connection = database.getConnection();
          PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM " + table);
          ResultSet row = select.executeQuery()) {
        row.next();
        rows += row.getLong(1);
      }
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
