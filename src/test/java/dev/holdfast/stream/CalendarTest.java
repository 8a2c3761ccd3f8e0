package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.activity.Priors;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.PromotionRefused;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Receipts;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of the calendar on the whole way of the data, with a real database and broker. */
@QuarkusTest
@TestSecurity(
    user = "otto",
    roles = {Roles.OPERATOR, Roles.RETENTION_LEAD, Roles.VIEWER})
class CalendarTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final List<Double> OFFICE = List.of(1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject EventStore store;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject CustomerStates states;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject Calendars calendars;
  @Inject Receipts receipts;
  @Inject PartitionProgress progress;
  @Inject Timers timers;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "app-" + run;
  private final String quiet = "test:quiet-" + run;
  private final String gone = "test:gone-" + run;
  private int sequence;

  @BeforeEach
  void aModelServesOnThePlainCalendar() throws SQLException {
    execute("DELETE FROM customer_state");
    TestModel.promote(models);
    clocks.fix(START);
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
  }

  @AfterEach
  void thePlainCalendarIsInForceAgain() throws SQLException {
    execute("DELETE FROM customer_state");
    execute("UPDATE campaign SET state = 'paused' WHERE name LIKE 'calendar-%'");
    calendars.set(OperationalCalendar.plain(), null, "test");
    timers.sweep();
  }

  @Test
  void anOutageMovesTheBellByItsLength() throws SQLException {
    long campaign = campaign();
    send(usage(quiet, START));
    assertThat(state(quiet).nextDue()).isBefore(days(8).plusSeconds(60));

    clocks.fix(days(5));
    declare(days(3), days(5));
    timers.sweep();

    assertThat(state(quiet).activity().toBytes()).isEqualTo(replayed(quiet).toBytes());
    silentUntil(days(8).plusSeconds(120));
    assertThat(episodes(campaign, 1)).isZero();
    silentUntil(days(10).minusSeconds(60));
    assertThat(episodes(campaign, 1)).isZero();
    silentUntil(days(10).plusSeconds(120));
    assertThat(episodes(campaign, 1)).isEqualTo(1);
  }

  @Test
  void anOutageDeclaredAfterwardsEndsOnlyTheCallsItMade() throws SQLException {
    long campaign = campaign();
    send(usage(gone, START.minus(Duration.ofDays(12))));
    send(usage(quiet, START), usage(quiet, START.plusSeconds(3_600)));
    silentUntil(days(9));
    assertThat(episodes(campaign, 1)).isEqualTo(2);

    declare(days(1), days(5));
    timers.sweep();
    timers.sweep();

    assertThat(episodes(campaign, 1)).isEqualTo(1);
    assertThat(single("SELECT risk > 0.5 FROM customer_state WHERE customer_id = ?", id(gone)))
        .isEqualTo(1);
    assertThat(single("SELECT risk < 0.5 FROM customer_state WHERE customer_id = ?", id(quiet)))
        .isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM customer_state WHERE rescore_due IS NOT NULL", 0))
        .isZero();
    for (String customer : List.of(quiet, gone)) {
      assertThat(state(customer).activity().toBytes()).isEqualTo(replayed(customer).toBytes());
    }
    silentUntil(days(13));
    assertThat(episodes(campaign, 1))
        .as("the bell rings again when the silence is real")
        .isEqualTo(2);
  }

  @Test
  void eventsOnANewCalendarRebuildWhatAnOlderOneMeasured() {
    for (int day = 0; day < 12; day += 2) {
      send(usage(quiet, days(day)));
    }
    calendars.set(office(), null, "test");

    send(usage(quiet, days(14)));

    assertThat(state(quiet).activity().calendar()).isEqualTo(office());
    assertThat(state(quiet).activity().toBytes()).isEqualTo(replayed(quiet).toBytes());
  }

  @Test
  void receiptsOfOlderCalendarsRecompute() throws SQLException {
    send(usage(quiet, START), usage(quiet, days(1)));
    silentUntil(days(10));
    long plain = lastReceipt();
    calendars.set(office(), null, "test");
    timers.sweep();
    silentUntil(days(13));
    long office = lastReceipt();
    assertThat(office).isGreaterThan(plain);
    declare(days(2), days(6));
    timers.sweep();
    Arc.container().instance(Calendars.class).destroy();

    for (long id = plain; id <= lastReceipt(); id++) {
      assertThat(receipts.of(id).exact()).as("receipt %d", id).isTrue();
    }
  }

  @Test
  void aModelOfOtherWeekdaysDoesNotServe() {
    String version = "office-" + run;
    register(version, OFFICE);

    assertThatThrownBy(() -> models.promote(version, "test", "to see"))
        .isInstanceOf(PromotionRefused.class)
        .hasMessageContaining("holdfast calendar set");
    assertThatThrownBy(() -> models.challenge(version)).isInstanceOf(PromotionRefused.class);

    calendars.set(office(), null, "test");
    models.promote(version, "test", "the calendar agrees");
    assertThat(models.champion().orElseThrow().model().version()).isEqualTo(version);
  }

  @Test
  void peopleReadAndChangeTheCalendar() throws SQLException {
    String plain = given().get("/api/v1/calendar").then().statusCode(200).extract().header("ETag");
    assertThat(plain).isEqualTo("\"plain\"");
    String body =
        """
        {"zone": "Asia/Shanghai", "weekdays": [7, 7, 7, 7, 7, 0, 0],
         "days": {"2026-10-01/2026-10-07": 0, "2026-10-10": "friday"}, "outages": []}
        """;
    given().contentType(ContentType.JSON).body(body).put("/api/v1/calendar").then().statusCode(428);
    given()
        .contentType(ContentType.JSON)
        .header("If-Match", "\"1234567890abcdef\"")
        .body(body)
        .put("/api/v1/calendar")
        .then()
        .statusCode(412)
        .contentType("application/problem+json");
    given()
        .contentType(ContentType.JSON)
        .header("If-Match", plain)
        .body("{\"weekdays\": [1, 2]}")
        .put("/api/v1/calendar")
        .then()
        .statusCode(400)
        .body("detail", containsString("seven weights"));
    String version =
        given()
            .contentType(ContentType.JSON)
            .header("If-Match", plain)
            .body(body)
            .put("/api/v1/calendar")
            .then()
            .statusCode(200)
            .body("weekdays[0]", equalTo(1.4f))
            .body("days.'2026-10-10'", equalTo(1.4f))
            .body("days.'2026-10-03'", equalTo(0f))
            .extract()
            .path("version");
    String shown = given().get("/api/v1/calendar").asString();
    given()
        .contentType(ContentType.JSON)
        .header("If-Match", "\"" + version + "\"")
        .body(shown)
        .put("/api/v1/calendar")
        .then()
        .statusCode(200)
        .body("version", equalTo(version));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("from", days(2).toString(), "to", days(1).toString()))
        .post("/api/v1/calendar/outages")
        .then()
        .statusCode(400);
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("from", days(1).toString(), "to", days(2).toString(), "reason", "login down"))
        .post("/api/v1/calendar/outages")
        .then()
        .statusCode(200)
        .body("outages", hasSize(1))
        .body("zone", equalTo("Asia/Shanghai"));

    assertThat(
            single(
                "SELECT COUNT(*) FROM audit WHERE action = 'outage-declared'"
                    + " AND detail LIKE '%login down%' AND id > ?",
                0))
        .isPositive();
    assertThat(calendars.inForce().outages()).containsExactly(new Outage(days(1), days(2)));
  }

  private static OperationalCalendar office() {
    return OperationalCalendar.of(
        ZoneOffset.UTC, OFFICE, Map.of(LocalDate.of(2026, 3, 4), 0.0), List.of());
  }

  private void declare(Instant from, Instant to) {
    calendars.declare(new Outage(from, to), null, "test");
  }

  private void register(String version, List<Double> weekdays) {
    FeatureSchema schema = FeatureSchema.current();
    Priors standard = Priors.standard();
    double[] ones = new double[schema.size()];
    Arrays.fill(ones, 1);
    Map<String, byte[]> files = new HashMap<>();
    files.put(
        "weights.json",
        ModelFolder.weightsJson(
            schema, -1, new double[schema.size()], ones, new double[schema.size()]));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put(
        "priors.json",
        ModelFolder.priorsJson(
            new Priors(
                standard.version(),
                standard.churn(),
                standard.medianGapDays(),
                standard.gapCdf(),
                standard.bgNbd(),
                weekdays)));
    files.put("calibration.json", "{\"kind\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    models.register(
        ModelFolder.sign(version, files, models.trust()), version, "{\"passed\":true}", "test");
  }

  private ActivityState replayed(String customer) {
    ActivityState state = ActivityState.empty(calendars.inForce());
    store.historyOf(id(customer)).forEach(state::apply);
    return state;
  }

  private void silentUntil(Instant now) {
    clocks.fix(now);
    sources.completeThrough(source, now);
    timers.sweep();
  }

  private static Instant days(int days) {
    return START.plus(Duration.ofDays(days));
  }

  private long campaign() {
    return campaigns
        .start(
            CampaignSettings.named("calendar-" + run)
                .enterThreshold(0.5)
                .holdOutShare(0.0)
                .coolDownDays(0)
                .intake(0)
                .build(),
            "test")
        .id();
  }

  private Event usage(String customer, Instant at) {
    return new Event(
        "e" + sequence++,
        source,
        customer,
        "login",
        EventKind.USAGE,
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
    log.send(new ArrayList<>(List.of(events)));
    broker.producer().flush();
    await().atMost(Duration.ofSeconds(60)).until(progress::allCaughtUp);
  }

  private long id(String customer) {
    return customers.find(customer, days(60)).orElseThrow();
  }

  private CustomerState state(String customer) {
    long id = id(customer);
    return Objects.requireNonNull(states.read(List.of(id)).get(id));
  }

  private long lastReceipt() throws SQLException {
    return single("SELECT MAX(id) FROM risk_history WHERE customer_id = ?", id(quiet));
  }

  private long episodes(long campaign, int open) throws SQLException {
    return single(
        "SELECT COUNT(*) FROM episode WHERE open_marker = " + open + " AND campaign_id = ?",
        campaign);
  }

  private long single(String sql, long parameter) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      if (sql.contains("?")) {
        select.setLong(1, parameter);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
