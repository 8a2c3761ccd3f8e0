package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.holdfast.access.Roles;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Settings;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.warning.BellReplays;
import dev.holdfast.warning.BellWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import dev.holdfast.warning.SegmentReport;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * From events on the log to an incident: customers of two regions use the service for months, then
 * those of one region on one plan cannot sign in any more.
 */
@QuarkusTest
@TestSecurity(
    user = "olga",
    roles = {Roles.OPERATOR, Roles.RETENTION_LEAD})
class CohortOutageTest {

  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final int DAYS = 28 + 70;
  private static final int CUSTOMERS = 240;
  private static final Duration WAIT = Duration.ofSeconds(120);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject AppliedOffsets applied;
  @Inject Sources sources;
  @Inject CustomerRecords records;
  @Inject BusinessClocks clocks;
  @Inject BusinessClock clock;
  @Inject Regrouping regrouping;
  @Inject BellWatch watch;
  @Inject Incidents incidents;
  @Inject BellReplays replays;
  @Inject Calendars calendars;
  @Inject Settings settings;
  @Inject Rebuild rebuild;
  @Inject Customers customers;
  @Inject CustomerStates states;
  @Inject AttendanceBooks books;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "app-" + run;
  private final Random random = new Random(5);
  private int sequence;

  @BeforeEach
  @AfterEach
  void nothingIsCounted() throws SQLException {
    for (String table :
        List.of(
            "event",
            "customer_state",
            "bell_tally",
            "bell_count",
            "bell_hour",
            "bell_look",
            "bell_segment",
            "bell_regroup")) {
      execute("DELETE FROM " + table);
    }
    execute("DELETE FROM incident WHERE kind = 'cohort'");
    execute("UPDATE bell_progress SET next_slot = NULL");
  }

  @Test
  void whoCannotSignInIsListedWithWhatTheyShare() throws SQLException {
    clocks.fix(START);
    sources.declare(source, Cadence.DAILY, Duration.ofDays(2));
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      tell(customer, region(customer), plan(customer));
    }
    List<Event> events = new ArrayList<>();
    for (int day = 0; day <= DAYS; day++) {
      for (int customer = 0; customer < CUSTOMERS; customer++) {
        if (random.nextInt(10) < 6) {
          events.add(event(customer, day, EventKind.USAGE, "login"));
        }
      }
    }
    boolean[] hit = new boolean[CUSTOMERS];
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      hit[customer] =
          region(customer).equals("north") && plan(customer).equals("basic") && customer % 10 != 0;
      for (int day = DAYS + 1; day <= DAYS + 2; day++) {
        if (hit[customer]) {
          events.add(event(customer, day, EventKind.INTERACTION, "login_failed"));
        } else if (random.nextInt(10) < 6) {
          events.add(event(customer, day, EventKind.USAGE, "login"));
        }
      }
    }
    // Files come in any order of lines, within the reach of the counts.
    for (int from = 0; from < events.size(); from += 1_000) {
      Collections.shuffle(events.subList(from, Math.min(events.size(), from + 1_000)), random);
    }
    clocks.fix(START.plus(Duration.ofDays(DAYS + 3)).plus(Duration.ofHours(2)));
    log.send(events);
    Map<Integer, Long> ends = log.endOffsets();
    await().atMost(WAIT).until(() -> applied.missing(ends) == 0);
    sources.completeThrough(source, START.plus(Duration.ofDays(DAYS + 3)));
    regrouping.run();

    assertThat(watch.look()).isTrue();

    assertThat(number("SELECT COUNT(*) FROM bell_tally")).isZero();
    List<Incident> open =
        incidents.list(false, 100).stream().filter(one -> one.kind().equals("cohort")).toList();
    assertThat(open)
        .extracting(Incident::subject)
        .doesNotContain("segment:region=south", "segment:region=south/plan=basic");
    assertThat(number("SELECT COUNT(*) FROM incident WHERE kind = 'cohort' AND parent_id IS NULL"))
        .as("the segments around it have one incident together")
        .isEqualTo(1);
    long id = number("SELECT MAX(id) FROM incident WHERE kind = 'cohort' AND parent_id IS NULL");
    assertThat(incidents.get(id).incident().since())
        .isEqualTo(START.plus(Duration.ofDays(DAYS + 1)));
    int missing = (int) IntStream.range(0, CUSTOMERS).filter(i -> hit[i]).count();
    assertThat(number("SELECT COUNT(*) FROM incident_customer WHERE incident_id = " + id))
        .as("they and some who just did not come in these two days")
        .isBetween((long) missing, missing + 45L);
    given()
        .get("/api/v1/warnings/{id}/cohort/shared", id)
        .then()
        .statusCode(200)
        .body("trait[0]", equalTo("last event=login_failed"));
    given()
        .get("/api/v1/warnings/{id}/cohort/customers?limit=1000", id)
        .then()
        .statusCode(200)
        .body("customers", hasItem(name(firstOf(hit))))
        .body("next", equalTo(null));
    assertThat(replayed())
        .as("what a replay of the stored events rings")
        .containsExactlyInAnyOrderElementsOf(
            open.stream()
                .map(one -> one.subject().substring("segment:".length()) + " " + one.since())
                .toList());
    String file =
        given()
            .accept("text/csv")
            .get("/api/v1/warnings/{id}/cohort/customers", id)
            .then()
            .statusCode(200)
            .extract()
            .asString();
    assertThat(file).contains("\"" + name(firstOf(hit)) + "\"");
  }

  @Test
  void aCustomerWhoMovesIsCountedInTheNewRegion() throws SQLException {
    comeEveryDay(30);
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      tell(customer, region(customer), null);
    }
    regrouping.run();
    lookAfter(31);

    assertThat(number("SELECT COUNT(*) FROM bell_regroup")).isZero();
    assertThat(watch.segments())
        .filteredOn(one -> one.segment().equals("region=north"))
        .singleElement()
        .extracting(SegmentReport::due, SegmentReport::came)
        .containsExactly(CUSTOMERS / 2, 0);
  }

  /** With the settings in force, over all that is stored. */
  private List<String> replayed() {
    BellReplays.Outcome outcome =
        replays.replay(
            new BellReplays.Plan(replays.rules(), calendars.inForce(), null, clock.now(), 0.2));
    assertThat(outcome.customers()).isEqualTo(CUSTOMERS);
    return outcome.rung().stream().map(one -> one.segment() + " " + one.since()).toList();
  }

  @Test
  void otherWatchedSegmentsMoveEverybodyAndLoseNobody() throws SQLException {
    comeEveryDay(30);
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      tell(customer, region(customer), null);
    }
    // As if regions had not been watched while the profiles came.
    execute("DELETE FROM bell_regroup");
    settings.put("bell.segments", "product by signedUp", "test");

    regrouping.run();
    regrouping.run();
    lookAfter(31);

    assertThat(dueOf("region=north")).containsExactly(CUSTOMERS / 2);
    assertThat(dueOf("region=south")).containsExactly(CUSTOMERS / 2);
    assertThat(dueOf("all")).containsExactly(CUSTOMERS);
  }

  @Test
  void whoWasKnownBeforeTheBellIsCountedByARebuild() throws SQLException {
    long before = number("SELECT COALESCE(MAX(id), 0) FROM customer");
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      tell(customer, region(customer), null);
    }
    comeEveryDay(30);
    // As if the bell had been off: the states are there, and nobody was counted.
    execute("UPDATE customer_state SET cell_id = NULL");
    for (String table : List.of("bell_tally", "bell_count", "bell_hour", "bell_regroup")) {
      execute("DELETE FROM " + table);
    }
    settings.put("rebuild.reached", Long.toString(before), "test");

    Rebuild.Result result = rebuild.run("test", done -> {});

    assertThat(result).isEqualTo(new Rebuild.Result(CUSTOMERS, 0));
    lookAfter(31);
    assertThat(dueOf("region=north")).containsExactly(CUSTOMERS / 2);
    settings.put("rebuild.reached", Long.toString(before), "test");
    rebuild.run("test", done -> {});
    assertThat(number("SELECT COUNT(*) FROM bell_tally")).as("and only once").isZero();
  }

  @Test
  void aProfileThatChangesWhileTheFirstBatchIsAtWorkIsNotForgotten() throws SQLException {
    clocks.fix(START);
    tell(0, "north", null);
    long id = customers.find(name(0), START).orElseThrow();
    regrouping.run();

    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              CustomerState state = states.lock(Set.of(id)).values().iterator().next();
              Event first = event(0, 0, EventKind.USAGE, "login");
              state.activity().apply(first);
              state.usageReportedBy(sources.idOf(source));
              try (Connection connection = database.getConnection()) {
                books.book(
                    connection,
                    List.of(new AttendanceBooks.News(state, List.of(first))),
                    calendars.inForce(connection));
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
              // The batch has read the profile and is not committed.
              QuarkusTransaction.requiringNew().run(() -> tell(0, "south", null));
              regrouping.run();
              states.save(List.of(state));
            });
    regrouping.run();

    assertThat(
            number(
                "SELECT COUNT(*) FROM customer_state s JOIN bell_cell c ON c.id = s.cell_id WHERE"
                    + " s.customer_id = "
                    + id
                    + " AND c.cell_key LIKE '%south%'"))
        .isEqualTo(1);
    assertThat(number("SELECT COUNT(*) FROM bell_regroup")).isZero();
  }

  @Test
  void whoHasNotComeYetIsAskedForUntilNoBatchCanBeAtWork() throws SQLException {
    clocks.fix(START);
    tell(0, "north", null);

    regrouping.run();
    assertThat(number("SELECT COUNT(*) FROM bell_regroup")).isEqualTo(1);
    execute("UPDATE bell_regroup SET noted_at = noted_at - INTERVAL 11 MINUTE");
    regrouping.run();
    assertThat(number("SELECT COUNT(*) FROM bell_regroup")).isZero();
  }

  private void comeEveryDay(int days) {
    clocks.fix(START);
    sources.declare(source, Cadence.DAILY, Duration.ofDays(2));
    List<Event> events = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      for (int customer = 0; customer < CUSTOMERS; customer++) {
        events.add(event(customer, day, EventKind.USAGE, "login"));
      }
    }
    log.send(events);
    Map<Integer, Long> ends = log.endOffsets();
    await().atMost(WAIT).until(() -> applied.missing(ends) == 0);
  }

  private void lookAfter(int days) {
    clocks.fix(START.plus(Duration.ofDays(days)).plus(Duration.ofHours(2)));
    sources.completeThrough(source, START.plus(Duration.ofDays(days)));
    assertThat(watch.look()).isTrue();
  }

  private List<Integer> dueOf(String segment) {
    return watch.segments().stream()
        .filter(one -> one.segment().equals(segment) && one.slotSeconds() == 86_400)
        .map(SegmentReport::due)
        .toList();
  }

  private static int firstOf(boolean[] hit) {
    int first = 0;
    while (!hit[first]) {
      first++;
    }
    return first;
  }

  private static String region(int customer) {
    return customer % 2 == 0 ? "north" : "south";
  }

  private static String plan(int customer) {
    return customer / 2 % 4 == 3 ? "plus" : "basic";
  }

  private String name(int customer) {
    return "test:cohort-" + run + "-" + customer;
  }

  private void tell(int customer, String region, @Nullable String plan) {
    records.change(
        name(customer),
        new CustomerChange(
            null,
            null,
            plan == null ? Map.of("region", region) : Map.of("region", region, "plan", plan),
            null,
            null,
            null),
        null,
        "test");
  }

  private Event event(int customer, int day, EventKind kind, String what) {
    Instant at = START.plus(Duration.ofDays(day)).plusSeconds(random.nextInt(86_400));
    return new Event(
        run + "-" + sequence++,
        source,
        name(customer),
        what,
        kind,
        at,
        at,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
