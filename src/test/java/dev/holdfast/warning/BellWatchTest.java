package dev.holdfast.warning;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Rounds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live watch on a real database: what rings, once, and what does not. */
@QuarkusTest
@TestSecurity(
    user = "olga",
    roles = {Roles.OPERATOR})
class BellWatchTest {

  private static final int FIRST = (int) LocalDate.parse("2026-01-05").toEpochDay();
  private static final int LEARNING = 28 + 70;
  private static final int CUSTOMERS = 120;
  private static final int OPENS = 8;
  private static final int OPEN_HOURS = 10;
  // One of twelve is less of all than is worth a call.
  private static final String[] REGIONS = {
    "north", "south", "east", "west", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12"
  };
  // The regions, all together, and the month in which they came first.
  private static final int SEGMENTS = REGIONS.length + 2;

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject BusinessClock clock;
  @Inject Rounds rounds;
  @Inject Sources sources;
  @Inject Calendars calendars;
  @Inject Cells cells;
  @Inject BellTallies tallies;
  @Inject BellStore store;
  @Inject CohortIncidents cohorts;
  @Inject MissingCustomers missing;
  @Inject CompleteSources complete;
  @Inject BellGauges gauges;
  @Inject Leases leases;
  @Inject BellConfig config;
  @Inject BellWatch watch;
  @Inject Incidents incidents;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Random random = new Random(20260105);
  private final Map<Integer, Attendee> attendees = new HashMap<>();
  private final String[] names = {"app-" + run, "web-" + run};
  private int day = FIRST;
  private int until = 24;

  @BeforeEach
  void aTownThatIsKnown() throws SQLException {
    clear();
    clocks.fix(start(FIRST));
    for (String name : names) {
      sources.declare(name, Cadence.STREAM, Duration.ofHours(6));
    }
    for (int i = 0; i < LEARNING; i++) {
      pass((region, source) -> true);
    }
    complete();
    watch.lookNow();
    assertThat(number("SELECT COUNT(*) FROM bell_look WHERE slot_seconds = 86400"))
        .isEqualTo(70L * SEGMENTS);
    assertThat(open()).isEmpty();
  }

  @AfterEach
  void clear() throws SQLException {
    for (String table :
        List.of(
            "bell_tally",
            "bell_count",
            "bell_hour",
            "bell_look",
            "bell_segment",
            "customer_state",
            "bell_regroup")) {
      execute("DELETE FROM " + table);
    }
    execute("UPDATE bell_progress SET next_slot = NULL");
    execute("DELETE FROM incident WHERE kind = 'cohort'");
    execute("UPDATE source SET incident_id = NULL, doubted = FALSE");
    calendars.set(OperationalCalendar.plain(), null, "test");
  }

  @Test
  void aRegionThatStopsOpensOneIncidentThatIsFollowedAndEnds() throws SQLException {
    pass((region, source) -> region != 0);
    complete();
    watch.lookNow();

    assertThat(open()).containsExactly("segment:region=north");
    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    given()
        .get("/api/v1/warnings/{id}/cohort", id)
        .then()
        .statusCode(200)
        .body("segment", equalTo("region=north"))
        .body("came", equalTo(0))
        .body("drop", equalTo(1.0f))
        .body("since", equalTo(start(day - 1).toString()));
    assertThat(incidents.get(id).incident().words()).contains("region=north", "missing since");
    CohortFigures figures = cohorts.figures(id);
    assertThat(figures.missing()).isBetween(figures.missingLow(), figures.missingHigh());
    assertThat(figures.expected()).isBetween(35.0, 60.0);

    pass((region, source) -> region != 0);
    complete();
    watch.lookNow();
    assertThat(cohorts.figures(id).expected()).isGreaterThan(1.5 * figures.expected());

    for (int i = 0; i < 10; i++) {
      pass((region, source) -> true);
    }
    complete();
    watch.lookNow();
    assertThat(open()).isEmpty();
    assertThat(incidents.get(id).incident().cause()).isEqualTo("they are back");
    assertThat(incidents.get(id).history())
        .extracting(Incident.Entry::action)
        .containsExactly("opened", "listed", "resolved");
    given()
        .get("/api/v1/warnings/segments")
        .then()
        .statusCode(200)
        .body("findAll { it.slotSeconds == 86400 }.size()", equalTo(SEGMENTS))
        .body("find { it.segment == 'region=south' }.state", equalTo("quiet"));
    int segment = figures.segmentId();
    given()
        .get("/api/v1/warnings/segments/{id}/looks?limit=12", segment)
        .then()
        .statusCode(200)
        .body("size()", equalTo(12))
        .body("verdict[0]", equalTo("rings"))
        .body("came[0]", equalTo(0));
    given()
        .get("/api/v1/warnings/segments/{id}/looks?slotSeconds=60", segment)
        .then()
        .statusCode(400);
    given().get("/api/v1/warnings/{id}/cohort", 999_999).then().statusCode(404);
  }

  /** Half of a region stay away for six weeks: after four they are due no more. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFaultOfOursIsNotOverBecauseWhoIsMissingIsDueNoMore(boolean ours) throws SQLException {
    for (int i = 0; i < 14; i++) {
      pass((region, source) -> region != 0 || source == 1);
    }
    complete();
    watch.lookNow();
    assertThat(open()).containsExactly("segment:region=north");
    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    incidents.acknowledge(id, ours, "lena");

    for (int i = 0; i < 28; i++) {
      pass((region, source) -> region != 0 || source == 1);
    }
    complete();
    watch.lookNow();

    assertThat(incidents.get(id).incident().state())
        .isEqualTo(ours ? Incident.State.ACKNOWLEDGED : Incident.State.RESOLVED);
    assertThat(incidents.get(id).history())
        .extracting(Incident.Entry::action)
        .filteredOn(action -> action.equals("changed"))
        .as("and says so, once")
        .hasSize(ours ? 1 : 0);
  }

  @Test
  void aFaultOfOursIsOverWhenTheyAreBack() throws SQLException {
    pass((region, source) -> region != 0);
    complete();
    watch.lookNow();
    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    incidents.acknowledge(id, true, "lena");

    for (int i = 0; i < 4; i++) {
      pass((region, source) -> true);
    }
    complete();
    watch.lookNow();

    assertThat(incidents.get(id).incident().cause()).isEqualTo("they are back");
  }

  @Test
  void whenAllStopThereIsOneIncidentAndItsPartsTellNobody() throws SQLException {
    pass((region, source) -> region != 0);
    complete();
    watch.lookNow();
    assertThat(open()).containsExactly("segment:region=north");

    pass((region, source) -> false);
    complete();
    watch.lookNow();

    assertThat(open()).contains("segment:all", "segment:region=north");
    assertThat(number("SELECT COUNT(*) FROM incident WHERE kind = 'cohort' AND parent_id IS NULL"))
        .isEqualTo(1);
    assertThat(
            cohorts
                .figures(number("SELECT id FROM incident WHERE subject = 'segment:all'"))
                .children())
        .contains(number("SELECT id FROM incident WHERE subject = 'segment:region=north'"));
  }

  @Test
  void aFeedThatStopsRingsNoBellAndTheOthersGoOn() throws SQLException {
    pass((region, source) -> source != 0);
    sources.completeThrough(names[1], start(day).plusSeconds(3_600));
    clocks.fix(start(day).plus(Duration.ofHours(2)));
    watch.lookNow();
    assertThat(next()).as("the slot waits for the source").isEqualTo(day - 1);

    execute("UPDATE source SET incident_id = 1, doubted = TRUE WHERE name = '" + names[0] + "'");
    watch.lookNow();

    assertThat(next()).isEqualTo(day);
    assertThat(open()).isEmpty();
    assertThat(
            number(
                "SELECT MAX(due) FROM bell_look WHERE slot_seconds = 86400 AND slot = "
                    + (day - 1)))
        .isLessThan(REGIONS.length * CUSTOMERS * 6L / 10);

    pass((region, source) -> source != 0 && region != 2);
    sources.completeThrough(names[1], start(day).plusSeconds(3_600));
    clocks.fix(start(day).plus(Duration.ofHours(2)));
    watch.lookNow();
    assertThat(open()).as("what the other feed says counts").containsExactly("segment:region=east");
  }

  @Test
  void aSourceThatNeverComesBackIsLeftOutAfterAWhile() throws SQLException {
    pass((region, source) -> source != 0);
    sources.completeThrough(names[1], start(day).plus(Duration.ofDays(4)));
    clocks.fix(start(day).plus(Duration.ofHours(71)));
    watch.lookNow();
    assertThat(next()).isEqualTo(day - 1);

    clocks.fix(start(day).plus(Duration.ofHours(73)));
    watch.lookNow();
    assertThat(next()).isEqualTo(day);
    assertThat(open()).isEmpty();
  }

  @Test
  void aHolidayRingsNoBell() {
    LocalDate holiday = LocalDate.ofEpochDay(day);
    calendars.set(
        OperationalCalendar.of(
            ZoneOffset.UTC,
            List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
            Map.of(holiday, 0.0),
            List.of()),
        null,
        "test");
    pass((region, source) -> false);
    complete();
    watch.lookNow();

    assertThat(next()).isEqualTo(day);
    assertThat(open()).isEmpty();
  }

  @Test
  void whatIsLongAgoIsNoNews() throws SQLException {
    pass((region, source) -> region != 0);
    for (int i = 0; i < 5; i++) {
      pass((region, source) -> true);
    }
    complete();
    watch.lookNow();

    assertThat(next()).isEqualTo(day);
    assertThat(number("SELECT COUNT(*) FROM incident WHERE kind = 'cohort'")).isZero();
  }

  @Test
  void aKillBetweenTheLookAndItsMessageLeavesNothingAndTheNextOneTellsOnce() throws SQLException {
    pass((region, source) -> region != 0);
    complete();
    execute(
        "CREATE TRIGGER no_message BEFORE INSERT ON outbox FOR EACH ROW SIGNAL SQLSTATE '45000'"
            + " SET MESSAGE_TEXT = 'killed before the message'");
    try {
      assertThatThrownBy(() -> watch.lookNow()).hasStackTraceContaining("killed before");
    } finally {
      execute("DROP TRIGGER no_message");
    }
    assertThat(open()).isEmpty();
    assertThat(next()).isEqualTo(day - 1);

    watch.lookNow();
    watch.lookNow();

    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    assertThat(incidents.get(id).history())
        .extracting(Incident.Entry::action)
        .containsExactly("opened", "listed");
    assertThat(next()).isEqualTo(day);
  }

  @Test
  void twoReplicasOpenOneIncident() throws Exception {
    pass((region, source) -> region != 0);
    complete();
    BellWatch other = replica();
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<?>> looks = new ArrayList<>();
    for (BellWatch one : List.of(watch, other)) {
      looks.add(
          threads.submit(
              () -> {
                together.await();
                one.lookNow();
                return null;
              }));
    }
    int refused = 0;
    for (Future<?> look : looks) {
      try {
        look.get();
      } catch (ExecutionException tooLate) {
        assertThat(tooLate).hasStackTraceContaining("another replica");
        refused++;
      }
    }
    threads.shutdown();

    assertThat(refused).isLessThanOrEqualTo(1);
    assertThat(number("SELECT COUNT(*) FROM incident WHERE kind = 'cohort'")).isEqualTo(1);
    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    assertThat(incidents.get(id).history())
        .extracting(Incident.Entry::action)
        .containsOnlyOnce("opened");
  }

  @Test
  void whatRingsAgainWithinTheWeekRaisesNothing() throws SQLException {
    for (int i = 0; i < 5; i++) {
      boolean outage = i == 0 || i == 4;
      pass((region, source) -> region != 0 || !outage);
      complete();
      watch.lookNow();
    }

    assertThat(watch.segments())
        .filteredOn(one -> one.segment().equals("region=north"))
        .extracting(SegmentReport::state, SegmentReport::incident)
        .containsExactly(tuple("rings", null));
    assertThat(open()).isEmpty();
    assertThat(number("SELECT COUNT(*) FROM incident WHERE subject = 'segment:region=north'"))
        .isEqualTo(1);
  }

  @Test
  void beyondTheCapOfADayIncidentsAreOpenedWithoutAMessage() throws SQLException {
    BellConfig oneMessage = settings("holdfast.bell.most-messages-a-day", "1");
    BellWatch strict =
        new BellWatch(
            store,
            cells,
            new CohortIncidents(database, incidents, oneMessage, clock),
            missing,
            complete,
            sources,
            calendars,
            gauges,
            leases,
            oneMessage,
            clock,
            rounds);
    // One after the other, as two of twelve together would be an incident of all.
    pass((region, source) -> region != 0);
    complete();
    strict.lookNow();
    pass((region, source) -> region != 1);
    complete();
    // A little earlier in the day, so that the first one is not a day old.
    clocks.fix(clock.now().minus(Duration.ofHours(1)));
    execute(
        "CREATE TRIGGER no_message BEFORE INSERT ON outbox FOR EACH ROW SIGNAL SQLSTATE '45000'"
            + " SET MESSAGE_TEXT = 'a message beyond the cap'");
    try {
      strict.lookNow();
    } finally {
      execute("DROP TRIGGER no_message");
    }

    assertThat(open()).containsExactly("segment:region=north", "segment:region=south");
  }

  @Test
  void talliesThatAnotherTakesAreWaitedFor() throws SQLException {
    CountChanges changes = new CountChanges(OperationalCalendar.plain());
    changes.add(
        null, new Attendee(1, false, Attendance.first(OperationalCalendar.plain(), start(day))));
    note(changes);
    Runnable killed =
        () -> {
          assertThat(tallies.take().changes()).hasSize(1);
          assertThatThrownBy(
                  () ->
                      QuarkusTransaction.requiringNew()
                          .run(
                              () -> {
                                waitForLocks("1");
                                try {
                                  tallies.take();
                                } finally {
                                  waitForLocks("DEFAULT");
                                }
                              }))
              .as("whoever passed over it would look without these visits")
              .hasStackTraceContaining("Lock wait timeout");
          throw new IllegalStateException("killed before it is added up");
        };
    assertThatThrownBy(() -> QuarkusTransaction.requiringNew().run(killed))
        .hasStackTraceContaining("killed before it is added up");

    assertThat(taken().changes())
        .as("what was not added up after all is there for the next")
        .hasSize(1);
    assertThat(taken()).isEqualTo(new BellTallies.Taken(List.of(), true));
  }

  @Test
  void historiesOfAnyLengthFitIntoRowsAndIntoMemory() throws SQLException {
    CountChanges changes = new CountChanges(OperationalCalendar.plain());
    for (int cell = 1; cell <= 800; cell++) {
      for (int before = 0; before < 500; before++) {
        Instant at = start(day - before);
        changes.add(
            null, new Attendee(cell, false, Attendance.first(OperationalCalendar.plain(), at)));
      }
    }
    note(changes);

    assertThat(number("SELECT MAX(LENGTH(changes)) FROM bell_tally")).isLessThan(1 << 20);
    int read = 0;
    int times = 0;
    boolean all = false;
    while (!all) {
      BellTallies.Taken taken = taken();
      assertThat(taken.changes().stream().mapToInt(piece -> piece.length).sum())
          .isBetween(1, 4 << 20);
      read += taken.changes().stream().mapToInt(piece -> CountChanges.read(piece).size()).sum();
      times++;
      all = taken.all();
    }
    assertThat(read).as("a day of each").isEqualTo(800 * 500);
    assertThat(times).isGreaterThan(1);
  }

  private void note(CountChanges changes) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              try (Connection connection = database.getConnection()) {
                tallies.note(connection, changes);
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private BellTallies.Taken taken() {
    return QuarkusTransaction.requiringNew().call(tallies::take);
  }

  /** For so many seconds in the session of this transaction. */
  private void waitForLocks(String seconds) {
    try {
      execute("SET innodb_lock_wait_timeout = " + seconds);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReplicaThatTakesOverKnowsWhatTheOtherSaw() throws SQLException {
    BellWatch other = replica();
    for (int i = 0; i < 4; i++) {
      pass((region, source) -> region != 1);
      complete();
      (i % 2 == 0 ? watch : other).lookNow();
    }
    assertThat(open()).containsExactly("segment:region=south");

    BellWatch fresh = replica();

    assertThat(fresh.segments()).isEqualTo(watch.segments()).isEqualTo(other.segments());
    assertThat(fresh.segments())
        .filteredOn(one -> one.segment().equals("region=south") && one.slotSeconds() == 86_400)
        .extracting(SegmentReport::state)
        .containsExactly("still-ringing");
  }

  @Test
  void anHourIsLookedAtWhereThereAreEnough() throws SQLException {
    BellConfig byTheHour = settings("holdfast.bell.most-segments-by-the-hour", "10");
    BellWatch hourly = replica(byTheHour);
    hourly.lookNow();
    assertThat(open()).isEmpty();
    assertThat(hourly.segments())
        .filteredOn(one -> one.slotSeconds() == 3_600)
        .extracting(SegmentReport::segment)
        .containsExactly("all");

    until = 12;
    pass((region, source) -> true);
    Instant now = start(day - 1).plus(Duration.ofHours(15));
    for (String name : names) {
      sources.completeThrough(name, now);
    }
    clocks.fix(now);
    hourly.lookNow();

    assertThat(open()).containsExactly("segment:all");
    long id = number("SELECT id FROM incident WHERE kind = 'cohort'");
    assertThat(cohorts.figures(id).slotSeconds()).isEqualTo(3_600);
    assertThat(cohorts.figures(id).since()).isEqualTo(start(day - 1).plus(Duration.ofHours(12)));
    assertThat(next()).as("the day is not over").isEqualTo(day - 1);
  }

  private static BellConfig settings(String name, String value) {
    return new SmallRyeConfigBuilder()
        .withMapping(BellConfig.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .withDefaultValue("holdfast.bell.segments", "region")
        .withDefaultValue("holdfast.bell.most-segments-by-the-hour", "0")
        .withDefaultValue(name, value)
        .build()
        .getConfigMapping(BellConfig.class);
  }

  private BellWatch replica() {
    return replica(config);
  }

  private BellWatch replica(BellConfig its) {
    return new BellWatch(
        store, cells, cohorts, missing, complete, sources, calendars, gauges, leases, its, clock,
        rounds);
  }

  /** A day passes; who uses the service does so by one of two sources. */
  private void pass(BiPredicate<Integer, Integer> comes) {
    CountChanges changes = new CountChanges(OperationalCalendar.plain());
    for (int customer = 0; customer < REGIONS.length * CUSTOMERS; customer++) {
      int region = customer % REGIONS.length;
      int source = customer / REGIONS.length % 2;
      if (random.nextInt(10) < 4 && comes.test(region, source)) {
        Attendee before = attendees.get(customer);
        Instant at = start(day).plusSeconds(3_600 * OPENS + random.nextInt(3_600 * OPEN_HOURS));
        if (!at.isBefore(start(day).plusSeconds(3_600L * until))) {
          continue;
        }
        int cell =
            cells.of(
                sources.idOf(names[source]), Map.of("region", REGIONS[region]), start(FIRST), null);
        Attendee after =
            new Attendee(
                cell,
                false,
                before == null
                    ? Attendance.first(OperationalCalendar.plain(), at)
                    : before.attendance().use(OperationalCalendar.plain(), at));
        changes.add(before, after);
        attendees.put(customer, after);
      }
    }
    note(changes);
    day++;
  }

  /** It is two hours into the next day, and all is reported. */
  private void complete() {
    Instant now = start(day).plus(Duration.ofHours(2));
    for (String name : names) {
      sources.completeThrough(name, now);
    }
    clocks.fix(now);
  }

  private static Instant start(int day) {
    return Instant.ofEpochSecond(day * 86_400L);
  }

  private int next() {
    return (int) store.next(Rhythm.DAY).orElseThrow();
  }

  private List<String> open() {
    return incidents.list(false, 100).stream()
        .filter(one -> one.kind().equals("cohort"))
        .map(Incident::subject)
        .sorted()
        .toList();
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
