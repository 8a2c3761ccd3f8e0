package dev.holdfast.monitoring;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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

/** The day's monitoring on the real database, day by day. */
@QuarkusTest
@TestSecurity(
    user = "dora",
    roles = {Roles.DATA_SCIENTIST})
class MonitoringTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final int CUSTOMERS = 600;
  // Three usual gaps of seven days: the priors of the model know nothing of these customers.
  private static final int HORIZON = 21;

  @Inject DataSource database;
  @Inject Monitoring monitoring;
  @Inject RetrainingRequests requests;
  @Inject ModelRegistry models;
  @Inject CustomerStates states;
  @Inject EventStore events;
  @Inject Sources sources;
  @Inject BusinessClocks clocks;
  @Inject Leases leases;
  @Inject Judgements judgements;
  @Inject Audit audit;
  @Inject WatchedScores scores;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "watch-" + run;
  private List<Long> customers = List.of();
  private int sequence;

  @BeforeEach
  void customersAreSilentFromOneToTwentyDays() throws SQLException {
    for (String table :
        List.of(
            "customer_state",
            "monitored_score",
            "shadow_score",
            "monitored_distribution",
            "monitoring_reference",
            "monitored_week",
            "monitoring_verdict",
            "retraining_request",
            "monitoring_snapshot")) {
      execute("DELETE FROM " + table);
    }
    TestModel.promote(models);
    models.challengers().forEach(one -> models.retire(one.model().version()));
    clocks.fix(START);
    sources.declare(source, Cadence.DAILY, Duration.ofDays(2));
    sources.completeThrough(source, START);
    customers = newCustomers(CUSTOMERS);
    List<EventStore.CustomerEvent> history = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      history.add(use(customers.get(i), START.minus(Duration.ofDays(1 + i % 20))));
    }
    take(history);
  }

  @AfterEach
  void nobodyChallenges() {
    models.challengers().forEach(one -> models.retire(one.model().version()));
  }

  @Test
  void aSnapshotIsTakenOnceADayByOneReplica() throws SQLException {
    var lease = leases.tryAcquire("monitoring", Duration.ofMinutes(1)).orElseThrow();
    assertThat(monitoring.run()).as("another replica is at it").isFalse();
    leases.release(lease);

    assertThat(monitoring.run()).isTrue();
    assertThat(monitoring.run()).isTrue();

    assertThat(count("SELECT COUNT(*) FROM monitoring_snapshot")).isEqualTo(1);
    assertThat(count("SELECT COUNT(*) FROM monitored_score")).isEqualTo(CUSTOMERS);
    ModelWatch watch = monitoring.champion().orElseThrow();
    assertThat(watch.role()).isEqualTo("champion");
    assertThat(verdict(watch, Judge.CALIBRATION).state()).isEqualTo(State.NOT_YET_KNOWN);
    // The first snapshot is the reference, and says so.
    assertThat(verdict(watch, Judge.DRIFT_OF_RISK).figures().get("psi")).isEqualTo(0.0);
    assertThat(verdict(watch, Judge.DRIFT_OF_RISK).words()).contains("first snapshot");
    assertThat(watch.drift()).hasSize(FeatureSchema.current().size());
    clocks.fix(START.plus(Duration.ofDays(1)));
    monitoring.run();
    assertThat(count("SELECT COUNT(*) FROM monitoring_snapshot")).isEqualTo(2);
  }

  @Test
  void theRiskWatchedIsTheRiskServed() throws SQLException {
    monitoring.run();

    Map<Long, CustomerState> stored = new HashMap<>(states.read(customers));
    RegisteredModel champion = models.champion().orElseThrow();
    for (Watched row : watched(champion.id())) {
      ActivityState activity = state(stored, row.customerId()).activity();
      assertThat(row.asOf()).isEqualTo(START);
      assertThat(row.risk()).isEqualTo(champion.model().risk(activity, row.asOf()));
      assertThat(row.idleDays()).isCloseTo(activity.idleDays(row.asOf()), within(1e-4));
      assertThat(row.horizonDays()).isCloseTo(HORIZON, within(1e-9));
    }
  }

  @Test
  void labelsMatureWhenTheHorizonAndTheSourceHavePassedAndContactsAreLeftOut() throws SQLException {
    models.register(challenger("shadow-" + run), "shadow-" + run, "{\"passed\":true}", "test");
    models.challenge("shadow-" + run);
    monitoring.run();
    List<EventStore.CustomerEvent> later = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      later.add(use(customers.get(i), START.plus(Duration.ofDays(10))));
    }
    later.add(use(customers.get(200), START.plus(Duration.ofDays(HORIZON + 1))));
    later.add(status(customers.get(201), "suspended", START.plus(Duration.ofDays(2))));
    take(later);
    contact(customers.get(202), "treatment", START.plus(Duration.ofDays(5)));
    contact(customers.get(203), "hold-out", START.plus(Duration.ofDays(5)));

    clocks.fix(START.plus(Duration.ofDays(HORIZON + 2)));
    sources.completeThrough(source, START.plus(Duration.ofDays(HORIZON)).minusSeconds(1));
    monitoring.run();
    assertThat(labels()).as("the source has not reported to the end").isZero();
    assertThat(count("SELECT COUNT(*) FROM monitored_score WHERE watched_days = 14"))
        .as("but the first fourteen days are known")
        .isEqualTo(CUSTOMERS);

    sources.completeThrough(source, START.plus(Duration.ofDays(HORIZON + 2)));
    monitoring.run();

    assertThat(labels()).isEqualTo(CUSTOMERS);
    Map<Long, Watched> byCustomer = new HashMap<>();
    for (Watched row : watched(models.champion().orElseThrow().id())) {
      if (row.asOf().equals(START)) {
        byCustomer.put(row.customerId(), row);
      }
    }
    assertThat(row(byCustomer, 0).churned()).isFalse();
    assertThat(row(byCustomer, 0).returnDays()).isEqualTo(10);
    assertThat(row(byCustomer, 200).churned()).as("came back a day too late").isTrue();
    assertThat(row(byCustomer, 201).weight()).as("suspended").isZero();
    assertThat(row(byCustomer, 202).weight()).as("contacted").isZero();
    assertThat(row(byCustomer, 203).weight()).as("held out").isCloseTo(5, within(1e-4));
    assertThat(row(byCustomer, 204).weight()).isEqualTo(1);
    assertThat(row(byCustomer, 204).churned()).isTrue();

    // The week of the labels has ended.
    clocks.fix(START.plus(Duration.ofDays(28)));
    monitoring.run();
    WeekFigures week = monitoring.champion().orElseThrow().weeks().get(0);
    assertThat(week.week()).isEqualTo(Weeks.of(START.plus(Duration.ofDays(HORIZON))));
    assertThat(week.rows()).isEqualTo(CUSTOMERS - 2);
    assertThat(week.leftOut()).isEqualTo(2);
    assertThat(week.observed()).isCloseTo(CUSTOMERS - 200 - 2 + 4, within(1e-3));
    assertThat(week.rivals()).containsKey("shadow-" + run);
    assertThat(week.rivals().get("shadow-" + run))
        .satisfies(rival -> assertThat(rival.rows()).isEqualTo(CUSTOMERS - 2));
    given()
        .get("/api/v1/monitoring/{version}", "shadow-" + run)
        .then()
        .statusCode(200)
        .body("role", equalTo("challenger"))
        .body("verdicts.check", hasItem("against idle-days-1"));
  }

  @Test
  void aChangedPopulationAlarmsAndAsksOnceForANewModel() throws SQLException {
    monitoring.run();
    assertThat(requests.open()).isEmpty();
    // A month later nobody has come back: every silence is longer than any before.
    clocks.fix(START.plus(Duration.ofDays(30)));
    sources.completeThrough(source, START.plus(Duration.ofDays(30)));
    monitoring.run();
    clocks.fix(START.plus(Duration.ofDays(31)));
    monitoring.run();

    ModelWatch watch = monitoring.champion().orElseThrow();
    assertThat(watch.state()).isEqualTo(State.ALARM);
    assertThat(verdict(watch, Judge.DRIFT_OF_RISK).state()).isEqualTo(State.ALARM);
    RetrainingRequest request = requests.open().orElseThrow();
    assertThat(request.model()).isEqualTo("idle-days-1");
    assertThat(request.reason()).contains("PSI");
    assertThat(count("SELECT COUNT(*) FROM retraining_request")).isEqualTo(1);
    given()
        .get("/api/v1/monitoring")
        .then()
        .statusCode(200)
        .body("state", equalTo("alarm"))
        .body("model", equalTo("idle-days-1"))
        .body("verdicts.find { it.check == 'drift-of-risk' }.state", equalTo("alarm"));
    given().get("/api/v1/monitoring/{version}", "nobody").then().statusCode(404);

    assertThat(requests.take(request, "the job")).isTrue();
    assertThat(requests.take(request, "another job")).isFalse();
    assertThat(requests.open()).isEmpty();
    clocks.fix(START.plus(Duration.ofDays(32)));
    monitoring.run();
    assertThat(requests.open()).as("the same champion rests for four weeks").isEmpty();
  }

  @Test
  void theSampleIsSeededAndNoLargerThanAskedAndDrawnAnewEachDay() throws SQLException {
    List<Long> first = sampled(START);

    assertThat(first).hasSize(200).isSubsetOf(customers);
    assertThat(sampled(START)).as("the same day, the same seed").isEqualTo(first);
    assertThat(sampled(START.plus(Duration.ofDays(1)))).hasSize(200).isNotEqualTo(first);
    assertThat(first.stream().mapToLong(id -> id).average().orElseThrow())
        .as("not the oldest customers only")
        .isGreaterThan(customers.get(CUSTOMERS / 3));
  }

  /** The customers that a deployment would watch which asks for 200 of the 600. */
  private List<Long> sampled(Instant now) throws SQLException {
    execute("DELETE FROM monitored_score");
    execute("DELETE FROM monitored_distribution");
    execute("DELETE FROM monitoring_snapshot");
    Snapshots small = new Snapshots(database, states, scores, asking(200, false));
    RegisteredModel champion = models.champion().orElseThrow();
    QuarkusTransaction.requiringNew()
        .call(
            () ->
                small.take(
                    new Snapshots.Known(champion, MissingNode.getInstance()),
                    List.of(),
                    Map.of(sources.idOf(source), START),
                    now));
    return watched(champion.id()).stream().map(Watched::customerId).sorted().toList();
  }

  @Test
  void aLostChampionIsProposedOnceAndGoesOnlyWhereTheDeploymentSaysSo() throws SQLException {
    for (String version : List.of("old-" + run, "new-" + run)) {
      models.register(challenger(version), version, "{\"passed\":true}", "test");
      models.promote(version, "test", "");
    }
    int id = models.champion().orElseThrow().id();
    String proposal = "Fall back to old-" + run + ": it lost";
    ModelWatch lost =
        ModelWatch.of(
            "new-" + run,
            ModelWatch.CHAMPION,
            START,
            proposal,
            List.of(new Verdict(Judge.IDLE_RULE, State.ALARM, "It lost.", Map.of())),
            List.of(),
            List.of());

    judge(id, lost, false);
    judge(id, lost, false);

    assertThat(models.champion().orElseThrow().id()).isEqualTo(id);
    assertThat(audited("model.fall-back-proposed")).isEqualTo(1);
    assertThat(requests.open().orElseThrow().reason()).isEqualTo("It lost.");

    judge(id, lost, true);

    assertThat(models.champion().orElseThrow().model().version()).isEqualTo("old-" + run);
    assertThat(audited("model.fall-back")).isEqualTo(1);
    assertThat(models.promotions().get(0))
        .satisfies(
            change -> {
              assertThat(change.kind()).isEqualTo("fall-back");
              assertThat(change.reason()).isEqualTo(proposal);
              assertThat(change.by()).isEqualTo("monitoring");
            });
  }

  private void judge(int modelId, ModelWatch watch, boolean fallBack) {
    Consequences consequences =
        new Consequences(models, requests, judgements, audit, asking(5_000, fallBack));
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              judgements.store(modelId, watch);
              consequences.of(modelId, watch);
              return true;
            });
  }

  private long audited(String action) throws SQLException {
    return count(
        "SELECT COUNT(*) FROM audit WHERE action = '"
            + action
            + "' AND subject = 'model:new-"
            + run
            + "'");
  }

  private static MonitoringConfig asking(int sample, boolean fallBack) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(MonitoringConfig.class)
        .withDefaultValue("holdfast.monitoring.sample", Integer.toString(sample))
        .withDefaultValue("holdfast.monitoring.fall-back", Boolean.toString(fallBack))
        .build()
        .getConfigMapping(MonitoringConfig.class);
  }

  private static Verdict verdict(ModelWatch watch, String check) {
    return watch.verdicts().stream()
        .filter(one -> one.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private List<Watched> watched(int modelId) throws SQLException {
    return scores.watchedSince(modelId, START.minus(Duration.ofDays(1)));
  }

  private Watched row(Map<Long, Watched> byCustomer, int index) {
    Watched row = byCustomer.get(customers.get(index));
    assertThat(row).isNotNull();
    return Objects.requireNonNull(row);
  }

  private static CustomerState state(Map<Long, CustomerState> stored, long id) {
    return Objects.requireNonNull(stored.get(id));
  }

  private long labels() throws SQLException {
    return count("SELECT COUNT(*) FROM monitored_score WHERE churned IS NOT NULL");
  }

  /** As the model of the tests, but sure of less. */
  private Map<String, byte[]> challenger(String version) {
    FeatureSchema schema = FeatureSchema.current();
    double[] mean = new double[schema.size()];
    double[] scale = new double[schema.size()];
    double[] weight = new double[schema.size()];
    Arrays.fill(scale, 1);
    weight[schema.indexOf("idle")] = 0.1;
    Map<String, byte[]> files = new HashMap<>();
    files.put("weights.json", ModelFolder.weightsJson(schema, 0.2, mean, scale, weight));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("calibration.json", "{\"kind\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    return ModelFolder.sign(version, files, models.trust());
  }

  private EventStore.CustomerEvent use(long customer, Instant at) {
    return event(customer, "login", EventKind.USAGE, at);
  }

  private EventStore.CustomerEvent status(long customer, String name, Instant at) {
    return event(customer, name, EventKind.STATUS, at);
  }

  private EventStore.CustomerEvent event(long customer, String name, EventKind kind, Instant at) {
    Event event =
        new Event(
            "m" + sequence++,
            source,
            "id:" + customer,
            name,
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
    return new EventStore.CustomerEvent(customer, event, sources.idOf(source));
  }

  /** Stores events and brings the states of their customers up to date, as the stream does. */
  private void take(List<EventStore.CustomerEvent> batch) {
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                events.append(connection, batch);
              }
              Map<Long, CustomerState> locked =
                  states.lock(
                      batch.stream().map(EventStore.CustomerEvent::customerId).distinct().toList());
              for (EventStore.CustomerEvent one : batch) {
                CustomerState state = state(locked, one.customerId());
                state.activity().apply(one.event());
                state.usageReportedBy(one.sourceId());
              }
              states.save(locked.values());
              return true;
            });
  }

  private List<Long> newCustomers(int n) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement party =
            connection.prepareStatement(
                "INSERT INTO party (created_at) VALUES ('2026-01-01') RETURNING id");
        PreparedStatement customer =
            connection.prepareStatement(
                "INSERT INTO customer (party_id, created_at) VALUES (?, '2026-01-01')"
                    + " RETURNING id")) {
      for (int i = 0; i < n; i++) {
        customer.setLong(1, id(party));
        ids.add(id(customer));
      }
    }
    return ids;
  }

  private static long id(PreparedStatement insert) throws SQLException {
    try (ResultSet row = insert.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** An episode of a campaign that treats four of five. */
  private void contact(long customer, String arm, Instant at) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement episode =
            connection.prepareStatement(
                "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk,"
                    + " model_id, arm, opened_at) SELECT 999999, 1, party_id, id, 'crossing', 0.5,"
                    + " 1, ?, ? FROM customer WHERE id = ? RETURNING id");
        PreparedStatement ledger =
            connection.prepareStatement(
                "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                    + " treatment_share, assigned_at) SELECT id, campaign_id, run, party_id,"
                    + " customer_id, arm, 0.8, opened_at FROM episode WHERE id = ?")) {
      episode.setString(1, arm);
      SqlTime.set(episode, 2, at);
      episode.setLong(3, customer);
      ledger.setLong(1, id(episode));
      ledger.executeUpdate();
    }
  }

  private long count(String sql) throws SQLException {
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
