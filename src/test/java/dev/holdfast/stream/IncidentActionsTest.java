package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.testsupport.TestModel;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Holds;
import dev.holdfast.warning.Incidents;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What follows from an incident of a segment: its customers are no leavers while a fault of ours
 * lasts, and may be called because of it.
 */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.OPERATOR, Roles.RETENTION_LEAD, Roles.VIEWER})
class IncidentActionsTest {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final double EVEN_AT_DAYS = 2;
  private static final int DAYS_OF_USE = 4;
  private static final Instant LAST_USE = START.plus(Duration.ofDays(DAYS_OF_USE - 1L));
  private static final Instant CROSSING = LAST_USE.plus(Duration.ofDays((long) EVEN_AT_DAYS));
  private static final Instant SINCE = LAST_USE.plus(Duration.ofHours(18));
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Calendars calendars;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;
  @Inject Timers timers;
  @Inject Holds holds;
  @Inject FeedWatch feeds;
  @Inject Incidents incidents;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "app-" + run;

  @BeforeEach
  void oneSource() throws SQLException {
    execute("DELETE FROM customer_state");
    calendars.set(OperationalCalendar.plain(), null, "test");
    execute("UPDATE campaign SET state = 'ended'");
    execute("UPDATE incident SET state = 'resolved', open_marker = NULL");
    TestModel.promote(models, "idle-days-2", EVEN_AT_DAYS);
    clocks.fix(START);
    sources.declare(source, Cadence.HOURLY, Duration.ofDays(30));
  }

  /** Made up without a segment: the bell must not meet them. */
  @AfterEach
  void noIncidentIsLeftOpen() throws SQLException {
    execute("UPDATE incident SET state = 'resolved', open_marker = NULL, holding = FALSE");
    execute("UPDATE source SET incident_id = NULL, doubted = FALSE");
  }

  @Test
  void whoAFaultOfOursKeepsAwayIsRungForOnceAfterItAndOnlyIfStillSilent() throws Exception {
    List<Long> held = List.of(use("held"), use("returns"));
    long other = use("other");
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident(held);

    acknowledge(incident, true);
    assertThat(holds.work()).isEqualTo(2);
    at(CROSSING.plus(Duration.ofHours(3)));
    assertThat(episodes(campaign)).as("silence in the fault rings nobody").containsExactly(other);
    given()
        .get("/api/v1/customers/{name}/risk", name("held"))
        .then()
        .statusCode(200)
        .body("asOf", equalTo(SINCE.toString()))
        .body("stale", equalTo(true))
        .body("incident", equalTo((int) incident));
    assertThat(holds.work()).as("nothing is left to do").isZero();

    send(usage("returns", CROSSING.plus(Duration.ofHours(3))));
    resolve(incident);
    assertThat(holds.work()).isEqualTo(2);
    timers.sweep();
    timers.sweep();
    assertThat(episodes(campaign))
        .as("still silent, and once")
        .containsExactlyInAnyOrder(other, held.get(0));
    assertThat(pending(campaign)).containsExactlyInAnyOrder(other, held.get(0));
    given()
        .get("/api/v1/customers/{name}/risk", name("held"))
        .then()
        .body("incident", equalTo(null))
        .body("stale", equalTo(false));
    assertThat(number("SELECT COUNT(*) FROM incident WHERE holding AND id = " + incident)).isZero();
  }

  /** The feed reports again, and what it missed never comes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStoppedFeedHoldsItsCustomersLongerThanTheLongestHoldIfTheFaultIsOurs(boolean ours)
      throws Exception {
    sources.declare(source, Cadence.HOURLY, Duration.ofHours(6));
    // So many that an hour of the gap without them is clearly empty.
    List<String> stay = IntStream.range(0, 25).mapToObj(i -> "stays-" + i).toList();
    long silent = use("silent");
    come(stay, START, DAYS_OF_USE);
    long campaign = campaign("byRisk-" + run);
    look(LAST_USE.plus(Duration.ofHours(12)));
    Instant seen = LAST_USE.plus(Duration.ofHours(30));
    clocks.fix(seen);
    feeds.look();
    long incident = Objects.requireNonNull(sources.byName(source).orElseThrow().feed().incident());
    if (ours) {
      acknowledge(incident, true);
    }
    look(seen.plus(Duration.ofHours(1)));
    look(seen.plus(Duration.ofDays(2)));
    assertThat(episodes(campaign)).as("the feed is doubted").isEmpty();

    Instant past = seen.plus(Duration.ofDays(3)).plus(Duration.ofHours(2));
    come(stay, past.minus(Duration.ofHours(1)), 1);
    look(past);
    if (!ours) {
      assertThat(episodes(campaign)).as("people have not answered").containsExactly(silent);
      return;
    }
    assertThat(episodes(campaign)).as("no silence of theirs").isEmpty();
    given()
        .get("/api/v1/customers/{name}/risk", name("silent"))
        .then()
        .body("stale", equalTo(true))
        .body("incident", equalTo((int) incident));

    Instant later = seen.plus(Duration.ofDays(30));
    come(stay, later.minus(Duration.ofHours(1)), 1);
    look(later);
    assertThat(episodes(campaign)).as("however long it lasts").isEmpty();
    acknowledge(incident, false);
    look(later);
    assertThat(episodes(campaign)).as("the word was taken back").containsExactly(silent);
  }

  @Test
  void aCallThatTheFaultHasCausedIsTakenOffTheListAndComesBackAfterIt() throws Exception {
    List<Long> held = List.of(use("held"));
    long campaign = campaign("byRisk-" + run);
    at(CROSSING.plus(Duration.ofHours(1)));
    assertThat(pending(campaign)).isEqualTo(held);

    long incident = incident(held);
    acknowledge(incident, true);
    holds.work();
    timers.sweep();
    assertThat(pending(campaign)).as("nobody is called for our fault").isEmpty();
    assertThat(episodes(campaign)).isEqualTo(held);

    acknowledge(incident, false);
    holds.work();
    timers.sweep();
    assertThat(pending(campaign)).as("the word was taken back").isEqualTo(held);
    assertThat(episodes(campaign)).as("the same episode").isEqualTo(held);
    assertThat(incidents.get(incident).history())
        .extracting(one -> one.action() + " " + one.text())
        .containsExactly("acknowledged null", "said-ours yes", "said-ours no");
  }

  @Test
  void whoTwoFaultsHoldIsReleasedByTheSecondEnd() throws Exception {
    List<Long> both = List.of(use("both"));
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(1)));
    long first = incident(both);
    long second = incident(both);
    acknowledge(first, true);
    acknowledge(second, true);
    holds.work();

    at(CROSSING.plus(Duration.ofHours(1)));
    resolve(first);
    holds.work();
    timers.sweep();
    assertThat(episodes(campaign)).isEmpty();
    resolve(second);
    holds.work();
    timers.sweep();
    assertThat(episodes(campaign)).isEqualTo(both);
  }

  @Test
  void whoIsDueLaterOrJoinsTheSegmentIsHeldThoughNoListNamesThem() throws Exception {
    long dueLater = use("dueLater");
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident("segment:all", List.of());
    acknowledge(incident, true);
    assertThat(holds.work()).isEqualTo(1);
    long joins = use("joins");
    assertThat(holds.work()).as("only who joined since").isEqualTo(1);
    assertThat(holds.work()).isZero();

    at(CROSSING.plus(Duration.ofHours(3)));
    assertThat(episodes(campaign)).isEmpty();
    resolve(incident);
    assertThat(holds.work()).isEqualTo(2);
    timers.sweep();
    assertThat(episodes(campaign)).containsExactlyInAnyOrder(dueLater, joins);
  }

  @Test
  void whoWaitsForAQuietScoreIsHeldWithoutTheSilenceOfTheFault() throws Exception {
    List<Long> waits = List.of(use("waits"));
    long campaign = campaign("byRisk-" + run);
    at(CROSSING.plus(Duration.ofHours(1)));
    assertThat(pending(campaign)).isEqualTo(waits);
    execute("UPDATE customer_state SET rescore_due = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR");

    acknowledge(incident(waits), true);
    holds.work();
    assertThat(pending(campaign)).isEmpty();
    assertThat(countedPast(SINCE)).isZero();
  }

  @Test
  void whatAHeldCustomerDoesBesidesUseRingsAfterTheFaultOnly() throws Exception {
    List<Long> held = List.of(use("asks"));
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident(held);
    acknowledge(incident, true);
    holds.work();

    Instant asked = CROSSING.plus(Duration.ofHours(2));
    at(asked);
    send(event("asks", EventKind.INTERACTION, asked));
    timers.sweep();
    assertThat(countedPast(SINCE)).as("the silence before the question is our fault").isZero();
    assertThat(episodes(campaign)).isEmpty();
    resolve(incident);
    holds.work();
    timers.sweep();
    assertThat(episodes(campaign)).isEqualTo(held);
  }

  @Test
  void aRescoreOfEverybodyCountsNoSilenceOfTheFault() throws Exception {
    List<Long> held = List.of(use("held"));
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident(held);
    acknowledge(incident, true);
    holds.work();
    at(CROSSING.plus(Duration.ofHours(3)));
    TestModel.promote(models, "idle-days-2-again", EVEN_AT_DAYS);
    timers.sweep();
    timers.sweep();
    assertThat(countedPast(SINCE)).isZero();

    resolve(incident);
    holds.work();
    timers.sweep();
    assertThat(episodes(campaign)).as("the rescore has not swallowed it").isEqualTo(held);
  }

  @Test
  void anOutageThatIsDeclaredAtTheEndOfTheFaultNeverCounts() throws Exception {
    List<Long> held = List.of(use("held"));
    long campaign = campaign("byRisk-" + run);
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident(held);
    acknowledge(incident, true);
    holds.work();
    Instant end = CROSSING.plus(Duration.ofHours(3));
    at(end);

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("cause", "a broken cable", "outage", true))
        .post("/api/v1/warnings/" + incident + ":resolve")
        .then()
        .statusCode(200);
    holds.work();
    timers.sweep();
    timers.sweep();
    assertThat(episodes(campaign)).as("18 hours of silence are none").isEmpty();
    given().get("/api/v1/calendar").then().body("outages.from", hasItem(SINCE.toString()));
  }

  @Test
  void aCampaignForItsCustomersHoldsOutHalfOfThemAndAdmitsSoManyADay() throws Exception {
    int all = 60;
    List<Long> missing =
        IntStream.range(0, all).mapToObj(i -> "missing-" + i).map(this::use).toList();
    at(SINCE.plus(Duration.ofHours(8)));
    long incident = incident(missing);
    send(usage("missing-0", SINCE.plus(Duration.ofHours(8))));

    int campaign =
        start(incident, "{\"intake\": 25}")
            .statusCode(201)
            .body("incidentId", equalTo((int) incident))
            .body("holdOutShare", equalTo(0.5f))
            .extract()
            .path("id");
    start(incident, "{}")
        .statusCode(409)
        .body("detail", containsString("has campaign " + campaign))
        .body("campaign", equalTo(campaign));
    timers.sweep();
    timers.sweep();
    assertThat(episodes(campaign)).as("today's intake").hasSize(25);

    at(SINCE.plus(Duration.ofHours(32)));
    at(SINCE.plus(Duration.ofHours(56)));
    List<Long> called = new ArrayList<>(missing);
    called.remove(0);
    assertThat(episodes(campaign))
        .as("all but the one who came back meanwhile")
        .containsExactlyInAnyOrderElementsOf(called);
    assertThat(
            number(
                "SELECT COUNT(*) FROM ledger WHERE treatment_share = 0.5 AND campaign_id = "
                    + campaign))
        .isEqualTo(all - 1);
    long treated = pending(campaign).size();
    assertThat(treated).as("half of 59 by a fair coin").isBetween(15L, 44L);
    assertThat(
            number(
                "SELECT COUNT(*) FROM episode WHERE cause = 'incident' AND campaign_id = "
                    + campaign))
        .isEqualTo(all - 1);
    assertThat(number("SELECT COUNT(*) FROM invited WHERE campaign_id = " + campaign)).isZero();
  }

  /** Erased after the incident named them; nothing is written of them, and nobody waits for it. */
  @Test
  void whoIsGoneIsNotInvitedAndHoldsUpNobody() throws Exception {
    List<Long> missing = List.of(use("missing"));
    at(SINCE.plus(Duration.ofHours(8)));
    int campaign =
        start(incident(missing), "{\"holdOutShare\": 0.0}").statusCode(201).extract().path("id");
    long gone = 9_000_000_000L;
    execute("INSERT INTO invited VALUES (" + campaign + ", " + gone + ", '2026-03-05')");

    timers.sweep();

    assertThat(episodes(campaign)).isEqualTo(missing);
    assertThat(number("SELECT COUNT(*) FROM invited WHERE campaign_id = " + campaign)).isZero();
    assertThat(number("SELECT COUNT(*) FROM customer_state WHERE customer_id = " + gone)).isZero();
  }

  @Test
  void whoIsInvitedStaysSoWhileNoModelServes() throws Exception {
    List<Long> missing = List.of(use("missing"));
    at(SINCE.plus(Duration.ofHours(8)));
    int campaign =
        start(incident(missing), "{\"holdOutShare\": 0.0}").statusCode(201).extract().path("id");
    int serving = models.champion().orElseThrow().id();
    execute("UPDATE model SET champion = NULL WHERE id = " + serving);
    try {
      await().atMost(WAIT).until(() -> models.champion().isEmpty());
      timers.sweep();
      assertThat(number("SELECT COUNT(*) FROM invited WHERE campaign_id = " + campaign))
          .isEqualTo(1);
    } finally {
      execute("UPDATE model SET champion = 1 WHERE id = " + serving);
    }
    await().atMost(WAIT).until(() -> models.champion().isPresent());
    timers.sweep();
    assertThat(episodes(campaign)).isEqualTo(missing);
  }

  @Test
  void anIncidentThatNamesNobodyHasNoCampaign() throws Exception {
    long incident = incident(List.of());
    start(incident, "{}").statusCode(422).body("detail", containsString("names no customers"));
    assertThat(number("SELECT COUNT(*) FROM campaign WHERE incident_id = " + incident)).isZero();
    start(999_999, "{}").statusCode(404);
    start(incident, "{\"holdOutShare\": 1.5}").statusCode(400);
  }

  private static ValidatableResponse start(long incident, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post("/api/v1/warnings/" + incident + ":start-campaign")
        .then();
  }

  private void acknowledge(long incident, boolean ours) {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("ours", ours))
        .post("/api/v1/warnings/" + incident + ":acknowledge")
        .then()
        .statusCode(200)
        .body("ours", equalTo(ours));
  }

  private void resolve(long incident) {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("cause", "a broken cable"))
        .post("/api/v1/warnings/" + incident + ":resolve")
        .then()
        .statusCode(200);
  }

  private long countedPast(Instant instant) throws SQLException {
    return number(
        "SELECT COUNT(*) FROM customer_state WHERE as_of > '" + SqlTime.of(instant) + "'");
  }

  private long incident(List<Long> names) throws SQLException {
    return incident("segment:region=" + UUID.randomUUID(), names);
  }

  /** An incident of a segment, as the bell writes it. */
  private long incident(String subject, List<Long> names) throws SQLException {
    try (Connection connection = database.getConnection()) {
      long id;
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO incident (kind, subject, conditions, words, customers, since, opened_at,"
                  + " held, state, open_marker) VALUES ('cohort', ?, '', 'many are missing', ?, ?,"
                  + " ?, FALSE, 'open', 1)",
              Statement.RETURN_GENERATED_KEYS)) {
        insert.setString(1, subject);
        insert.setInt(2, names.size());
        SqlTime.set(insert, 3, SINCE);
        SqlTime.set(insert, 4, SINCE.plus(Duration.ofHours(6)));
        insert.executeUpdate();
        try (ResultSet key = insert.getGeneratedKeys()) {
          key.next();
          id = key.getLong(1);
        }
      }
      for (long customer : names) {
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO incident_customer VALUES (?, ?)")) {
          insert.setLong(1, id);
          insert.setLong(2, customer);
          insert.executeUpdate();
        }
      }
      return id;
    }
  }

  private long campaign(String name) {
    long id =
        campaigns
            .start(
                CampaignSettings.named(name)
                    .enterThreshold(0.5)
                    .holdOutShare(0.0)
                    .coolDownDays(0)
                    .intake(0)
                    .build(),
                "test")
            .id();
    timers.sweep();
    return id;
  }

  /** A customer who used the service each day, up to the last one. */
  private long use(String customer) {
    List<Event> events = new ArrayList<>();
    for (int day = 0; day < DAYS_OF_USE; day++) {
      events.add(usage(customer, START.plus(Duration.ofDays(day))));
    }
    send(events.toArray(Event[]::new));
    return Objects.requireNonNull(
        customers.findAll(List.of(name(customer)), START).get(name(customer)));
  }

  /** They use the service once a day. */
  private void come(List<String> names, Instant first, int days) {
    List<Event> events = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      for (String customer : names) {
        events.add(usage(customer, first.plus(Duration.ofDays(day))));
      }
    }
    send(events.toArray(Event[]::new));
  }

  private String name(String customer) {
    return "test:" + customer + "-" + run;
  }

  private Event usage(String customer, Instant at) {
    return event(customer, EventKind.USAGE, at);
  }

  private Event event(String customer, EventKind kind, Instant at) {
    return new Event(
        customer + "@" + at,
        source,
        name(customer),
        kind == EventKind.USAGE ? "login" : "question",
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

  private void send(Event... events) {
    log.send(List.of(events));
    await()
        .atMost(WAIT)
        .pollInterval(Duration.ofMillis(10))
        .pollDelay(Duration.ZERO)
        .until(progress::allCaughtUp);
  }

  /** All is known up to now, and the timers have acted. */
  private void at(Instant now) {
    clocks.fix(now);
    sources.completeThrough(source, now);
    timers.sweep();
  }

  /** The same, and the feeds were watched in between. */
  private void look(Instant now) {
    at(now);
    assertThat(feeds.look()).isTrue();
    timers.sweep();
  }

  private List<Long> episodes(long campaign) throws SQLException {
    return customersOf("SELECT customer_id FROM episode WHERE campaign_id = " + campaign);
  }

  private List<Long> pending(long campaign) throws SQLException {
    return customersOf(
        "SELECT customer_id FROM call_task WHERE state = 'pending' AND campaign_id = " + campaign);
  }

  private List<Long> customersOf(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql + " ORDER BY customer_id");
        ResultSet row = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      while (row.next()) {
        ids.add(row.getLong(1));
      }
      return ids;
    }
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
      statement.executeUpdate();
    }
  }
}
