package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.testsupport.TestModel;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way of the data on a real database and a real broker, swept by hand. */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
class PipelineTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(30);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject EventStore store;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject CustomerStates states;
  @Inject Rescores rescores;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject SystemClock system;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;
  @Inject Timers timers;
  @Inject EventBatch batch;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "app-" + run;
  private final String quiet = "test:quiet-" + run;
  private final String lively = "test:lively-" + run;
  private int sequence;

  @BeforeEach
  void aModelServesAndTheSourceReportsDaily() throws SQLException {
    // Timers of other tests' customers would ring for this test's campaign.
    execute("DELETE FROM customer_state");
    TestModel.promote(models);
    clocks.fix(START);
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
  }

  @Test
  void silenceIsAnEventOncePerCrossingAndAReturnEndsIt() throws SQLException {
    long campaign = campaign(0, 0);
    send(usage(quiet, START), usage(lively, START));

    clocks.fix(START.plus(Duration.ofDays(7)));
    send(usage(lively, START.plus(Duration.ofDays(1))));
    send(usage(lively, START.plus(Duration.ofDays(3))));
    send(usage(lively, START.plus(Duration.ofDays(5))));
    send(usage(lively, START.plus(Duration.ofDays(7))));
    timers.sweep();
    assertThat(episodes(campaign)).isZero();

    clocks.fix(START.plus(Duration.ofDays(8)).plusSeconds(120));
    timers.sweep();
    assertThat(episodes(campaign)).as("the feed has not reported past the due instant").isZero();

    send(usage(lively, START.plus(Duration.ofDays(8)).plusSeconds(90)));
    timers.sweep();
    timers.sweep();
    assertThat(episodes(campaign)).isEqualTo(1);
    assertThat(tasks(campaign, "pending")).isEqualTo(1);

    clocks.fix(START.plus(Duration.ofDays(9)));
    send(usage(quiet, START.plus(Duration.ofDays(9))));
    assertThat(tasks(campaign, "cancelled")).isEqualTo(1);
    assertThat(openEpisodes(campaign)).isZero();
  }

  @Test
  void theIntakeOfADayIsADaysEvenBehindALateFeed() throws SQLException {
    long campaign = campaign(0, 2);
    clocks.fix(START.plus(Duration.ofDays(21)));
    List<Event> history = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      history.add(backfill(usage("test:late-" + i + run, START)));
    }
    log.send(history);
    applied();
    sources.completeThrough(source, START.plus(Duration.ofDays(20)));
    settle();

    timers.sweep();
    timers.sweep();
    timers.sweep();

    assertThat(episodes(campaign)).isEqualTo(2);
  }

  @Test
  void historyThatShowsAReturnClosesTheEpisode() throws SQLException {
    long campaign = campaign(0, 0);
    send(usage(quiet, START));
    clocks.fix(START.plus(Duration.ofDays(9)));
    sources.completeThrough(source, START.plus(Duration.ofDays(9)));
    timers.sweep();
    assertThat(openEpisodes(campaign)).isEqualTo(1);

    send(backfill(usage(quiet, START.plus(Duration.ofDays(7)))));
    settle();
    timers.sweep();

    assertThat(openEpisodes(campaign)).isZero();
    assertThat(tasks(campaign, "cancelled")).isEqualTo(1);
  }

  @Test
  void theStoredTimerIsTheMinuteAtWhichTheRiskReachesTheThreshold() {
    campaign(0, 0);
    send(usage(quiet, START));

    Instant due = Objects.requireNonNull(state(quiet).nextDue());

    // Levels are 0.3, 0.5 and 0.6: the first is reached at 8 + 2 ln(0.3 / 0.7) days.
    double days = TestModel.EVEN_AT_DAYS + 2 * Math.log(0.3 / 0.7);
    assertThat(Duration.between(START, due).toSeconds() / 86_400.0)
        .isCloseTo(days, within(1.0 / 1440));
  }

  @Test
  void historyNeverTriggersAndIsAdmittedGradually() throws SQLException {
    long campaign = campaign(0, 2);
    clocks.fix(START.plus(Duration.ofDays(20)));
    List<Event> history = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      history.add(backfill(usage("test:old-" + i + run, START)));
    }
    history.add(backfill(usage(lively, START.plus(Duration.ofDays(19)))));
    log.send(history);
    applied();
    assertThat(episodes(campaign)).isZero();

    sources.completeThrough(source, START.plus(Duration.ofDays(20)));
    settle();
    timers.sweep();
    timers.sweep();

    assertThat(state("test:old-0" + run).score()).isNotNull();
    assertThat(episodes(campaign)).as("at most the day's intake").isEqualTo(2);
    assertThat(
            single(
                "SELECT COUNT(*) FROM episode WHERE cause = 'crossing' AND campaign_id = ?",
                campaign))
        .isZero();

    clocks.fix(START.plus(Duration.ofDays(21)));
    timers.sweep();
    assertThat(episodes(campaign)).isEqualTo(4);
  }

  @Test
  void aFeedThatStopsRingsNoBellAndMissesNobodyAfterwards() throws SQLException {
    long campaign = campaign(0, 0);
    sources.declare(source, Cadence.STREAM, Duration.ofHours(6));
    String leaver = "test:leaver-" + run;
    String stayer = "test:stayer-" + run;
    List<Event> reported = new ArrayList<>();
    reported.add(usage(leaver, START));
    reported.add(usage(stayer, START));
    for (int hour = 1; hour <= 7 * 24; hour++) {
      reported.add(usage(lively, START.plus(Duration.ofHours(hour))));
    }
    clocks.fix(START.plus(Duration.ofDays(7)));
    send(reported.toArray(Event[]::new));

    // The feed stops for 48 hours, in which both would cross.
    clocks.fix(START.plus(Duration.ofDays(9)));
    timers.sweep();
    assertThat(episodes(campaign)).isZero();

    // Live events come back first; the gap is not filled yet.
    send(usage(lively, START.plus(Duration.ofDays(9))));
    timers.sweep();
    assertThat(episodes(campaign)).isZero();

    // The backfill arrives: the stayer was there all the time.
    List<Event> missing = new ArrayList<>();
    for (int hour = 7 * 24 + 1; hour < 9 * 24; hour++) {
      missing.add(usage(lively, START.plus(Duration.ofHours(hour))));
      if (hour == 7 * 24 + 12) {
        missing.add(usage(stayer, START.plus(Duration.ofHours(hour))));
      }
    }
    missing.add(usage(lively, START.plus(Duration.ofDays(9)).minusSeconds(60)));
    send(missing.toArray(Event[]::new));
    timers.sweep();

    assertThat(episodes(campaign)).isEqualTo(1);
    assertThat(single("SELECT customer_id FROM episode WHERE campaign_id = ?", campaign))
        .isEqualTo(id(leaver));
  }

  @Test
  void theBooksBalanceAndTheStateDependsOnTheSetOfEventsAlone() throws SQLException {
    long seed = 20260302;
    Random random = new Random(seed);
    clocks.fix(START.plus(Duration.ofDays(40)));
    List<Event> history = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      history.add(usage(quiet, START.plusSeconds(random.nextInt(39 * 86_400))));
    }
    List<Event> sent = new ArrayList<>(history);
    sent.addAll(history.subList(0, 20));
    Collections.shuffle(sent, random);
    Source.Books before = sources.byName(source).orElseThrow().books();
    long poisonBefore =
        sources.byName(Sources.UNKNOWN).map(s -> s.books().quarantined()).orElse(0L);

    for (int from = 0; from < sent.size(); from += 16) {
      send(sent.subList(from, Math.min(sent.size(), from + 16)).toArray(Event[]::new));
      poison("{\"id\": \"p" + from + "\", \"source\": \"" + source + "\", \"broken\"");
    }
    applied();

    Source.Books books = sources.byName(source).orElseThrow().books().minus(before);
    assertThat(books).as("seed %d", seed).isEqualTo(new Source.Books(80, 60, 20, 0, 0, 0));
    assertThat(sources.byName(Sources.UNKNOWN).orElseThrow().books().quarantined() - poisonBefore)
        .isEqualTo(5);
    ActivityState inOrder = ActivityState.empty();
    store.historyOf(id(quiet)).forEach(inOrder::apply);
    assertThat(state(quiet).activity().toBytes()).isEqualTo(inOrder.toBytes());
    assertThat(store.historyOf(id(quiet))).hasSize(60);
  }

  @Test
  void aStateThatAnEarlierVersionStoredIsRebuiltByTheNextEvent() throws SQLException {
    Instant signed = START.minus(Duration.ofDays(9));
    send(event(quiet, signed, source, EventKind.CONTRACT), usage(quiet, signed));
    // The first version wrote the same beginning and knew nothing of what follows.
    execute("UPDATE customer_state SET state = CONCAT(UNHEX('01'), SUBSTRING(state, 2))");
    assertThat(state(quiet).activity().rebuildDue()).isTrue();
    assertThat(state(quiet).activity().lastUsageAt()).isEqualTo(signed);

    send(usage(quiet, START));

    ActivityState inOrder = ActivityState.empty();
    store.historyOf(id(quiet)).forEach(inOrder::apply);
    assertThat(state(quiet).activity().toBytes()).isEqualTo(inOrder.toBytes());
    assertThat(state(quiet).activity().rebuildDue()).isFalse();
  }

  @Test
  void aLateEventNeitherTakesSilenceBackNorChangesWhoseSilenceCounts() {
    send(usage(quiet, START.minus(Duration.ofDays(1))), usage(quiet, START));
    clocks.fix(START.plus(Duration.ofDays(7)));
    sources.completeThrough(source, START.plus(Duration.ofDays(7)));
    timers.sweep();
    CustomerState silent = state(quiet);
    Instant counted = Objects.requireNonNull(silent.score()).asOf();
    assertThat(counted).isEqualTo(START.plus(Duration.ofDays(7)));

    String other = "other-" + run;
    send(event(quiet, START.minusSeconds(60), other, EventKind.USAGE));
    assertThat(state(quiet).sourceId()).isEqualTo(sources.idOf(source));

    clocks.fix(START.plus(Duration.ofDays(8)));
    timers.sweep();
    counted = Objects.requireNonNull(state(quiet).score()).asOf();
    send(event(quiet, START.plus(Duration.ofDays(2)), other, EventKind.INTERACTION));
    assertThat(Objects.requireNonNull(state(quiet).score()).asOf()).isEqualTo(counted);
  }

  @Test
  void messagesDeliveredAgainAreNotCountedAgain() throws SQLException {
    send(usage(quiet, START));
    Source.Books before = sources.byName(source).orElseThrow().books();
    assertThat(before).isEqualTo(new Source.Books(1, 1, 0, 0, 0, 0));
    int partition = state(quiet).partition();
    long next =
        single("SELECT next_offset FROM partition_progress WHERE partition_no = ?", partition);

    // The broker delivers an offset again after a crash between the commit and the acknowledgement.
    batch.apply(
        List.of(
            new ConsumerRecord<>(
                Topics.EVENTS,
                partition,
                next - 1,
                quiet.getBytes(StandardCharsets.UTF_8),
                EventJson.write(usage(quiet, START)))));

    assertThat(sources.byName(source).orElseThrow().books()).isEqualTo(before);
    assertThat(store.historyOf(id(quiet))).hasSize(1);
  }

  @Test
  void theLedgerAcceptsNoChange() throws SQLException {
    long campaign = campaign(0.5, 0);
    send(usage(quiet, START), usage(lively, START));
    clocks.fix(START.plus(Duration.ofDays(9)));
    sources.completeThrough(source, START.plus(Duration.ofDays(9)));
    timers.sweep();

    long ledgered = single("SELECT COUNT(*) FROM ledger WHERE campaign_id = ?", campaign);
    assertThat(ledgered).isEqualTo(2);
    assertThat(tasks(campaign, "pending"))
        .isEqualTo(
            single(
                "SELECT COUNT(*) FROM ledger WHERE arm = 'treatment' AND campaign_id = ?",
                campaign));
    for (String sql :
        List.of("UPDATE ledger SET arm = 'treatment'", "DELETE FROM ledger WHERE 1 = 1")) {
      assertThatThrownBy(() -> execute(sql)).hasMessageContaining("append-only");
    }
  }

  @Test
  void aCrmReadsTheRiskAndATeamWorksTheList() throws SQLException {
    long campaign = campaign(0, 0);
    String name = "crm:" + run;
    given()
        .contentType(ContentType.JSON)
        .body(
            """
            {"zone": "Asia/Shanghai", "profile": {"name": "王小明"},
             "contactPoints": [{"channel": "phone", "value": "+8613800138000"}],
             "consent": [{"channel": "phone", "purpose": "retention", "granted": true}]}
            """)
        .put("/api/v1/customers/{name}", name)
        .then()
        .statusCode(org.hamcrest.Matchers.oneOf(200, 201, 204));
    given().get("/api/v1/customers/{name}/risk", name).then().statusCode(422);
    given().get("/api/v1/customers/{name}/risk", "crm:nobody-" + run).then().statusCode(404);
    given()
        .get("/api/v1/customers/{name}/risk", "no namespace")
        .then()
        .statusCode(400)
        .contentType("application/problem+json");

    send(usage(name, START));
    clocks.fix(START.plus(Duration.ofDays(9)));
    sources.completeThrough(source, START.plus(Duration.ofDays(9)));
    timers.sweep();

    given()
        .get("/api/v1/customers/{name}/risk", name)
        .then()
        .statusCode(200)
        .body("band", equalTo("high"))
        .body("stale", equalTo(false))
        .body("model", equalTo("idle-days-1"))
        .body("reasons", hasSize(org.hamcrest.Matchers.greaterThan(0)));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("customers", List.of(name, "crm:nobody-" + run)))
        .post("/api/v1/risk:batch")
        .then()
        .statusCode(200)
        .body("results[0].status", equalTo(200))
        .body("results[1].status", equalTo(404));
    int task =
        given()
            .get("/api/v1/campaigns/{id}/call-list", campaign)
            .then()
            .statusCode(200)
            .body("calls", hasSize(1))
            .body("calls[0].customer", equalTo(name))
            .body("calls[0].name", equalTo("王小明"))
            .extract()
            .path("calls[0].taskId");
    given()
        .get("/api/v1/campaigns/{id}/call-list?format=csv", campaign)
        .then()
        .statusCode(200)
        .contentType(startsWith("text/csv"))
        .body(startsWith("\uFEFF"));

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("disposition", "do-not-contact"))
        .post("/api/v1/call-tasks/{id}/outcomes", task)
        .then()
        .statusCode(201)
        .body("taskState", equalTo("done"));
    long party = Objects.requireNonNull(customers.partiesOf(List.of(id(name))).get(id(name)));
    assertThat(Objects.requireNonNull(customers.contactCards(List.of(party)).get(party)).consent())
        .hasToString("REFUSED");
  }

  @Test
  void aCampaignThatContradictsItselfIsRefused() {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", "wrong-" + run, "enterThreshold", 0.4, "leaveThreshold", 0.5))
        .post("/api/v1/campaigns")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", startsWith("leaveThreshold must be below enterThreshold"));
  }

  @Test
  void aCampaignIsForItsSegmentAlone() throws SQLException {
    String gold = "test:gold-" + run;
    String silver = "test:silver-" + run;
    for (Map.Entry<String, String> one : Map.of(gold, "gold", silver, "silver").entrySet()) {
      given()
          .contentType(ContentType.JSON)
          .body(Map.of("profile", Map.of("plan", one.getValue(), "seats", 3)))
          .put("/api/v1/customers/" + one.getKey())
          .then()
          .statusCode(201);
    }
    long forGold = campaignFor("profile.plan = 'gold' and profile.seats >= 3 and idle < 400", 0);
    long forOthers = campaignFor("profile.plan != 'gold' and profile.seats < 3", 5);
    send(usage(gold, START), usage(silver, START));
    clocks.fix(START.plus(Duration.ofDays(9)));
    sources.completeThrough(source, START.plus(Duration.ofDays(9)));
    timers.sweep();

    assertThat(openEpisodes(forGold)).as("gold alone").isEqualTo(1);
    assertThat(openEpisodes(forOthers)).as("nobody by crossing, nobody by intake").isZero();

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", "wrong-" + run, "enterThreshold", 0.5, "segment", "plan = 'gold'"))
        .post("/api/v1/campaigns")
        .then()
        .statusCode(400)
        .body("detail", startsWith("segment: Expected risk, band, profile.FIELD"));
  }

  private long campaignFor(String segment, int intake) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            Map.of(
                "name",
                "campaign-" + run + "-" + sequence++,
                "enterThreshold",
                0.5,
                "holdOutShare",
                0,
                "intake",
                intake,
                "segment",
                segment))
        .post("/api/v1/campaigns")
        .then()
        .statusCode(201)
        .body("segment", equalTo(segment))
        .extract()
        .jsonPath()
        .getLong("id");
  }

  private long campaign(double holdOut, int intake) {
    return campaigns
        .start(
            CampaignSettings.named("campaign-" + run + "-" + sequence++)
                .enterThreshold(0.5)
                .holdOutShare(holdOut)
                .coolDownDays(0)
                .intake(intake)
                .build(),
            "test")
        .id();
  }

  private Event usage(String customer, Instant at) {
    return event(customer, at, source, EventKind.USAGE);
  }

  private Event event(String customer, Instant at, String from, EventKind kind) {
    return new Event(
        "e" + sequence++,
        from,
        customer,
        kind == EventKind.USAGE ? "login" : "contact",
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

  private static Event backfill(Event event) {
    return new Event(
        event.id(),
        event.source(),
        event.customer(),
        event.name(),
        event.kind(),
        event.occurredAt(),
        event.availableAt(),
        true,
        event.count(),
        event.amount(),
        event.currency(),
        event.channel(),
        event.properties(),
        true);
  }

  private void send(Event... events) {
    log.send(List.of(events));
    applied();
  }

  private void poison(String text) {
    broker
        .producer()
        .send(
            new ProducerRecord<>(
                Topics.EVENTS,
                quiet.getBytes(StandardCharsets.UTF_8),
                text.getBytes(StandardCharsets.UTF_8)));
  }

  private void applied() {
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
  }

  /** Waits until what was imported is due for its quiet score. */
  private void settle() {
    Instant sent = system.now();
    await().atMost(WAIT).until(() -> system.now().isAfter(sent.plusSeconds(3)));
    assertThat(rescores.waiting()).isPositive();
  }

  private long id(String customer) {
    return customers.find(customer, START.plus(Duration.ofDays(60))).orElseThrow();
  }

  private CustomerState state(String customer) {
    long id = id(customer);
    return Objects.requireNonNull(states.read(List.of(id)).get(id));
  }

  private long episodes(long campaign) throws SQLException {
    return single("SELECT COUNT(*) FROM episode WHERE campaign_id = ?", campaign);
  }

  private long openEpisodes(long campaign) throws SQLException {
    return single(
        "SELECT COUNT(*) FROM episode WHERE open_marker = 1 AND campaign_id = ?", campaign);
  }

  private long tasks(long campaign, String state) throws SQLException {
    return single(
        "SELECT COUNT(*) FROM call_task WHERE state = '" + state + "' AND campaign_id = ?",
        campaign);
  }

  private long single(String sql, long parameter) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, parameter);
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
