package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Receipt;
import dev.holdfast.scoring.Receipts;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Scores of the whole way of the data, recomputed long afterwards. */
@QuarkusTest
@TestSecurity(
    user = "vera",
    roles = {Roles.VIEWER})
class ReceiptsTest {

  private static final int CUSTOMERS = 500;
  private static final int RECOMPUTED = 1_000;
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject PartitionProgress progress;
  @Inject Timers timers;
  @Inject Receipts receipts;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "shop-" + run;

  @Test
  void aThousandPastScoresRecomputeExactlyAfterEventsPromotionAndRestart() throws SQLException {
    execute("DELETE FROM customer_state");
    long before = single("SELECT COALESCE(MAX(id), 0) FROM risk_history");
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    promote("receipts-a-" + run, 1, Calibrator.platt(0.8, 0.1));
    List<Event> late = new ArrayList<>();
    Instant from = Instant.MIN;
    for (int days : new int[] {30, 75, 140}) {
      Instant to = RandomHistory.START.plus(Duration.ofDays(days)).plusNanos(123_456_789);
      List<Event> round = between(from, to);
      for (int i = round.size() - 1; i >= 0; i -= 9) {
        late.add(round.remove(i));
      }
      apply(round, to);
      from = to;
    }
    long through = single("SELECT MAX(id) FROM risk_history");
    List<Receipt> then = sample(before, through);
    assertThat(then).hasSize(RECOMPUTED);

    Instant later = RandomHistory.START.plus(Duration.ofDays(260));
    apply(late, later);
    apply(between(from, later), later);
    promote("receipts-b-" + run, 2, Calibrator.isotonic(margins(), probabilities()));
    timers.sweep();
    Arc.container().instance(ModelRegistry.class).destroy();

    assertThat(single("SELECT COUNT(DISTINCT model_id) FROM risk_history WHERE id > " + before))
        .isEqualTo(2);
    for (Receipt past : then) {
      Receipt again = receipts.of(past.id());
      assertThat(again.difference()).as("receipt %d", past.id()).isZero();
      assertThat(again).isEqualTo(past).matches(Receipt::exact);
    }
    long last = single("SELECT MAX(id) FROM risk_history");
    assertThat(receipts.of(last).model()).isEqualTo("receipts-b-" + run);
    assertThat(receipts.of(last).exact()).isTrue();

    thePresentModelWouldNotHaveGivenIt(then.get(0));
    aCallerReadsAReceipt(then.get(0));
    whatCannotBeRecomputedSaysSo(then.get(1).id());
  }

  /** A receipt can fail: here, with another model in the place of its own. */
  private void thePresentModelWouldNotHaveGivenIt(Receipt receipt) throws SQLException {
    long own = single("SELECT model_id FROM risk_history WHERE id = " + receipt.id());
    long other = single("SELECT MAX(model_id) FROM risk_history");
    execute("UPDATE risk_history SET model_id = " + other + " WHERE id = " + receipt.id());
    assertThat(receipts.of(receipt.id()).exact()).isFalse();
    execute("UPDATE risk_history SET model_id = " + own + " WHERE id = " + receipt.id());
  }

  private void aCallerReadsAReceipt(Receipt receipt) throws SQLException {
    long audited = single("SELECT COUNT(*) FROM audit WHERE action = 'receipt-read'");
    given()
        .get("/api/v1/receipts/{id}", receipt.id())
        .then()
        .statusCode(200)
        .body("exact", equalTo(true))
        .body("difference", equalTo(0.0f))
        .body("customer", equalTo(receipt.customer()))
        .body("recomputed.features", hasSize(FeatureSchema.current().size()))
        .body("levels", hasSize(receipt.levels().size()));
    assertThat(single("SELECT COUNT(*) FROM audit WHERE action = 'receipt-read'"))
        .isEqualTo(audited + 1);
    given().get("/api/v1/receipts/{id}", 999_999_999).then().statusCode(404);

    List<Integer> ids =
        given()
            .get("/api/v1/customers/{name}/receipts", receipt.customer())
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    assertThat(ids).contains((int) receipt.id());
    assertThat(receipts.inForce(receipt.customer(), receipt.scoredAt()).scoredAt())
        .isEqualTo(receipt.scoredAt());
    assertThatThrownBy(
            () -> receipts.inForce(receipt.customer(), RandomHistory.START.minusSeconds(9)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("had no score on record by");
  }

  private void whatCannotBeRecomputedSaysSo(long id) throws SQLException {
    execute("UPDATE risk_history SET state = UNHEX('0001') WHERE id = " + id);
    assertThatThrownBy(() -> receipts.of(id))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("its state cannot be read");
    execute("UPDATE risk_history SET state = NULL WHERE id = " + id);
    assertThatThrownBy(() -> receipts.of(id))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("before receipts were kept");
  }

  private List<Receipt> sample(long after, long through) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM risk_history WHERE id > " + after + " AND id <= " + through);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    Collections.shuffle(ids, new Random(5));
    return ids.stream().limit(RECOMPUTED).map(receipts::of).toList();
  }

  private void apply(List<Event> events, Instant now) {
    clocks.fix(now);
    log.send(events);
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
    sources.completeThrough(source, now);
    timers.sweep();
  }

  private List<Event> between(Instant after, Instant through) {
    List<Event> events = new ArrayList<>();
    for (long seed = 0; seed < CUSTOMERS; seed++) {
      for (Event event : RandomHistory.of(seed)) {
        if (event.occurredAt().isAfter(after) && !event.occurredAt().isAfter(through)) {
          events.add(of("test:" + run + "-" + seed, event));
        }
      }
    }
    return events;
  }

  private Event of(String customer, Event event) {
    return new Event(
        event.id(),
        source,
        customer,
        event.name(),
        event.kind(),
        event.occurredAt(),
        event.occurredAt(),
        false,
        event.count(),
        event.amount(),
        event.currency(),
        event.channel(),
        event.properties(),
        false);
  }

  /** A blend in which every feature counts. */
  private void promote(String version, long seed, Calibrator calibrator) {
    FeatureSchema schema = FeatureSchema.current();
    Random random = new Random(seed);
    double[] mean = new double[schema.size()];
    double[] scale = new double[schema.size()];
    double[] weight = new double[schema.size()];
    Arrays.fill(scale, 2);
    for (int i = 0; i < weight.length; i++) {
      Direction direction = schema.features().get(i).direction();
      double size = random.nextDouble() / 10;
      weight[i] = direction == Direction.FALLING ? -size : size;
      mean[i] = random.nextDouble();
    }
    Map<String, byte[]> files = new HashMap<>();
    files.put("weights.json", ModelFolder.weightsJson(schema, -1, mean, scale, weight));
    files.put("booster.json", stump(5 + 10 * random.nextDouble()));
    files.put("blend.json", ModelFolder.blendJson(0.4, 0.6));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("calibration.json", calibrator.toJson());
    models.register(
        ModelFolder.sign(version, files, models.trust()), version, "{\"passed\":true}", "test");
    models.promote(version, "test", "a model of the receipts");
  }

  private static byte[] stump(double idle) {
    return ("""
        {"learner": {"objective": {"name": "binary:logistic"},
          "learner_model_param": {"base_score": "5E-1"}, "feature_names": ["idle"],
          "gradient_booster": {"model": {"trees": [{"left_children": [1, -1, -1],
            "right_children": [2, -1, -1], "split_indices": [0, 0, 0],
            "split_conditions": [IDLE, -1.5, 1.5], "default_left": [0, 0, 0],
            "sum_hessian": [3, 2, 1]}]}}}}
        """)
        .replace("IDLE", String.valueOf((float) idle))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static double[] margins() {
    return new double[] {-2, -0.5, 1, 3};
  }

  private static double[] probabilities() {
    return new double[] {0.05, 0.3, 0.55, 0.95};
  }

  private long single(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
