package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Roles;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.hamcrest.Description;
import org.hamcrest.Matcher;
import org.hamcrest.TypeSafeMatcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scoring API as a CRM sees it, on a real database and a real broker. */
@QuarkusTest
@TestSecurity(
    user = "crm",
    roles = {Roles.SERVICE, Roles.RETENTION_LEAD})
class ScoringApiTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final String RISK = "/api/v1/customers/{name}/risk";

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;
  @Inject Timers timers;
  @Inject ObjectMapper json;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "app-" + run;
  private final String daily = "test:daily-" + run;
  private final String fresh = "test:fresh-" + run;
  private final String activated = "test:activated-" + run;
  private final String known = "test:known-" + run;
  private final String unknown = "test:unknown-" + run;
  private int sequence;

  @BeforeEach
  void aModelServesAndCustomersHaveHistories() throws SQLException {
    execute("DELETE FROM customer_state");
    TestModel.promote(models);
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    clocks.fix(START.plus(Duration.ofDays(5)));
    List<Event> history = new ArrayList<>();
    for (int day = 0; day <= 5; day++) {
      history.add(usage(daily, START.plus(Duration.ofDays(day))));
    }
    history.add(usage(fresh, START.plus(Duration.ofDays(4))));
    history.add(event(activated, START, EventKind.STATUS, "activated"));
    history.add(event(known, START, EventKind.INTERACTION, "call"));
    apply(history);
    clocks.fix(START.plus(Duration.ofDays(7)));
    sources.completeThrough(source, START.plus(Duration.ofDays(7)));
  }

  @Test
  void aRiskSaysAllAboutItself() {
    given()
        .get(RISK, daily)
        .then()
        .statusCode(200)
        .header("Cache-Control", "private, no-cache")
        .header("RateLimit", containsString("\"scores\";r="))
        .header("RateLimit-Policy", containsString("\"scores\";q="))
        .body("risk", near(riskAfter(2)))
        .body("band", equalTo("low"))
        .body("asOf", equalTo("2026-03-09T08:00:00Z"))
        .body("stale", equalTo(false))
        .body("degraded", nullValue())
        .body("basis", equalTo("history"))
        .body("model", equalTo("idle-days-1"))
        .body("featureVersion", equalTo(FeatureSchema.current().version()))
        .body("receipt", notNullValue())
        .body("nextChange", notNullValue());
    given().get(RISK, fresh).then().statusCode(200).body("basis", equalTo("prior"));
  }

  @Test
  void asManyReasonsComeAsAreAskedFor() {
    Response three = given().get(RISK, daily);
    assertThat(three.jsonPath().getList("reasons")).isNotEmpty();

    Response none = given().queryParam("reasons", 0).get(RISK, daily);
    assertThat(none.jsonPath().getList("reasons")).isEmpty();
    assertThat(none.jsonPath().getDouble("risk")).isEqualTo(three.jsonPath().getDouble("risk"));
    assertThat(none.header("ETag")).isNotEqualTo(three.header("ETag"));

    given().queryParam("reasons", 4).get(RISK, daily).then().statusCode(400);
    given()
        .contentType("application/json")
        .body(Map.of("customers", List.of(daily), "reasons", 0))
        .post("/api/v1/risk:batch")
        .then()
        .statusCode(200)
        .body("results[0].risk.reasons.size()", equalTo(0));
  }

  @Test
  void theTagChangesExactlyWhenTheAnswerDoes() {
    Response first = given().get(RISK, daily);
    String tag = first.header("ETag");
    assertThat(tag).matches("\"[\\w-]{20}\"");

    Response same = given().header("If-None-Match", "\"other\", W/" + tag).get(RISK, daily);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.header("ETag")).isEqualTo(tag);
    assertThat(same.body().asString()).isEmpty();

    clocks.fix(START.plus(Duration.ofDays(7)).plusSeconds(59));
    sources.completeThrough(source, START.plus(Duration.ofDays(7)).plusSeconds(59));
    Response withinTheMinute = given().get(RISK, daily);
    assertThat(withinTheMinute.header("ETag")).isEqualTo(tag);
    assertThat(withinTheMinute.body().asString()).isEqualTo(first.body().asString());

    clocks.fix(START.plus(Duration.ofDays(7)).plusSeconds(60));
    sources.completeThrough(source, START.plus(Duration.ofDays(7)).plusSeconds(60));
    Response aMinuteLater = given().header("If-None-Match", tag).get(RISK, daily);
    assertThat(aMinuteLater.statusCode()).isEqualTo(200);
    assertThat(aMinuteLater.header("ETag")).isNotEqualTo(tag);
    assertThat(aMinuteLater.jsonPath().getDouble("risk"))
        .isGreaterThan(first.jsonPath().getDouble("risk"));

    long campaign = campaign(0.45);
    Response withANewLevel = given().get(RISK, daily);
    assertThat(withANewLevel.header("ETag")).isNotEqualTo(aMinuteLater.header("ETag"));
    given().post("/api/v1/campaigns/{id}:pause", campaign).then().statusCode(200);

    apply(List.of(usage(daily, START.plus(Duration.ofDays(7)))));
    Response afterAReturn = given().header("If-None-Match", tag).get(RISK, daily);
    assertThat(afterAReturn.statusCode()).isEqualTo(200);
    assertThat(afterAReturn.jsonPath().getDouble("risk")).isCloseTo(riskAfter(0), within(1e-3));
  }

  @Test
  void eachOfABatchHasItsStatus() {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("customers", List.of(daily, unknown, "nameless", known, fresh, daily)))
        .post("/api/v1/risk:batch")
        .then()
        .statusCode(200)
        .body("results.status", equalTo(List.of(200, 404, 400, 422, 200, 200)))
        .body("results[0].risk.risk", near(riskAfter(2)))
        .body("results[0].risk.customer", equalTo(daily))
        .body("results[1].detail", containsString("No customer is known as"))
        .body("results[3].detail", containsString("no usage, purchase or activation"))
        .body("results[4].risk.basis", equalTo("prior"));
  }

  @Test
  void whoWasOnlyActivatedIsJudgedByThePopulationAndSaysSo() {
    given()
        .get(RISK, activated)
        .then()
        .statusCode(200)
        .body("basis", equalTo("prior"))
        .body("risk", near(riskAfter(7)));
    given().get(RISK, known).then().statusCode(422).body("detail", containsString("activation"));
    given().get(RISK, unknown).then().statusCode(404);

    apply(List.of(event(activated, START.plus(Duration.ofDays(6)), EventKind.STATUS, "closed")));
    given().get(RISK, activated).then().statusCode(422).body("detail", containsString("closed"));
  }

  @Test
  void aProjectionSaysWhenSilenceReachesWhichLevel() {
    long campaign = campaign(0.45);

    Response answer = given().get(RISK + "/projection?days=10", daily);

    assertThat(answer.statusCode()).isEqualTo(200);
    List<Float> path = answer.jsonPath().getList("days.risk");
    assertThat(path).hasSize(11).isSorted();
    assertThat(path.get(6)).isCloseTo((float) riskAfter(8), within(1e-5f));
    assertThat(answer.jsonPath().getList("levels.meaning", String.class))
        .contains("band medium", "band high", "threshold of campaign api-" + run);
    Instant reached =
        Instant.parse(
            answer.jsonPath().getString("levels.find { it.meaning == 'band high' }.reachedAt"));
    double idle = Duration.between(START.plus(Duration.ofDays(5)), reached).toSeconds() / 86_400.0;
    assertThat(riskAfter(idle)).isGreaterThanOrEqualTo(0.6 - 1e-9);
    assertThat(riskAfter(idle - 1 / 1_440.0)).isLessThan(0.6);
    String searched = answer.jsonPath().getString("levels.find { !it.reached }.reachedAt");
    assertThat(given().get(RISK, daily).jsonPath().getString("nextChange"))
        .as("proved from the stored crossing, or searched for")
        .isEqualTo(searched);
    given().post("/api/v1/campaigns/{id}:pause", campaign).then().statusCode(200);

    given().get(RISK + "/projection?days=0", daily).then().statusCode(400);
    given().get(RISK + "/projection", unknown).then().statusCode(404);
  }

  @Test
  void theHistoryIsPagedWithoutRepeatsOrHoles() {
    timers.sweep();
    clocks.fix(START.plus(Duration.ofDays(20)));
    sources.completeThrough(source, START.plus(Duration.ofDays(20)));
    timers.sweep();
    apply(List.of(usage(daily, START.plus(Duration.ofDays(20)))));
    List<Integer> all = given().get(RISK + "/history", daily).jsonPath().getList("scores.receipt");
    assertThat(all).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();

    List<Integer> paged = new ArrayList<>();
    String next = "";
    while (next != null) {
      var page = given().get(RISK + "/history?limit=2" + next, daily).jsonPath();
      paged.addAll(page.getList("scores.receipt"));
      next = page.getString("next") == null ? null : "&cursor=" + page.getString("next");
    }
    assertThat(paged).isEqualTo(all);

    given()
        .get(RISK + "/history?from=2026-03-20T00:00:00Z", daily)
        .then()
        .statusCode(200)
        .body("scores", hasSize(2))
        .body("scores[0].model", equalTo("idle-days-1"));
    given().get(RISK + "/history?cursor=nonsense", daily).then().statusCode(400);
    given().get(RISK + "/history?limit=0", daily).then().statusCode(400);
    given()
        .get(RISK + "/history?from=2026-03-20T00:00:00Z&to=2026-03-19T00:00:00Z", daily)
        .then()
        .statusCode(400)
        .body("detail", containsString("from must be before to"));
  }

  @Test
  void aSuppliedHistoryHasTheRiskOfTheSameStoredOne() {
    double stored = given().get(RISK, daily).jsonPath().getDouble("risk");
    List<Map<String, Object>> same = new ArrayList<>();
    for (int day = 0; day <= 5; day++) {
      same.add(supposed(START.plus(Duration.ofDays(day))));
    }
    long before = count("SELECT COUNT(*) FROM event");

    whatIf(Map.of("events", same))
        .then()
        .statusCode(200)
        .body("risk", near(stored))
        .body("customer", nullValue())
        .body("basis", equalTo("history"))
        .body("nextChange", notNullValue());
    whatIf(Map.of("customer", daily, "events", List.of(supposed(START.plus(Duration.ofDays(7))))))
        .then()
        .statusCode(200)
        .body("risk", near(riskAfter(0)));
    whatIf(
            Map.of(
                "customer",
                daily,
                "events",
                List.of(),
                "asOf",
                START.plus(Duration.ofDays(13)).toString()))
        .then()
        .statusCode(200)
        .body("risk", near(riskAfter(8)));
    assertThat(count("SELECT COUNT(*) FROM event")).as("nothing is stored").isEqualTo(before);

    whatIf(Map.of("events", List.of(supposed(START.plus(Duration.ofDays(7)).plusSeconds(60)))))
        .then()
        .statusCode(400)
        .body("errors[0].pointer", equalTo("/events/0/occurredAt"));
    whatIf(Map.of("events", List.of(Map.of("name", "login"))))
        .then()
        .statusCode(400)
        .body("errors[0].pointer", equalTo("/events/0"));
    whatIf(Map.of("events", List.of())).then().statusCode(422);
    whatIf(Map.of()).then().statusCode(400);
  }

  @Test
  void suppliedFeaturesAreTakenOrRefusedAndNeverGuessed() {
    whatIf(Map.of("customer", daily, "features", Map.of("idle", 8)))
        .then()
        .statusCode(200)
        .body("risk", near(0.5))
        .body("supposed", equalTo(List.of("idle")));
    whatIf(Map.of("features", Map.of("idle", 8)))
        .then()
        .statusCode(422)
        .body("missing", hasSize(FeatureSchema.current().size() - 1))
        .body("missing", hasItem("gap_z"));
    whatIf(Map.of("customer", daily, "features", Map.of("idle", -1, "gap_quantile", 2, "nose", 1)))
        .then()
        .statusCode(400)
        .body("errors", hasSize(3))
        .body("errors.pointer", hasItem("/features/nose"))
        .body("errors.pointer", hasItem("/features/gap_quantile"));
    Map<String, Object> all = new HashMap<>();
    FeatureSchema.current().features().forEach(feature -> all.put(feature.name(), 0));
    whatIf(Map.of("features", all))
        .then()
        .statusCode(200)
        .body("risk", near(riskAfter(0)))
        .body("basis", nullValue());
  }

  @Test
  void aStreamAnswersLineByLineAndCounts() throws Exception {
    List<JsonNode> lines =
        stream(daily + "\n\n\"" + fresh + "\"\r\n" + unknown + "\nnameless\n" + "x".repeat(9_999));

    assertThat(lines).hasSize(6);
    assertThat(lines.subList(0, 5))
        .extracting(one -> one.get("status").asInt())
        .containsExactly(200, 200, 404, 400, 400);
    assertThat(lines.get(0).at("/risk/risk").asDouble()).isCloseTo(riskAfter(2), within(1e-9));
    assertThat(lines.get(5).toString())
        .isEqualTo("{\"end\":true,\"complete\":true,\"answers\":5,\"risks\":2,\"detail\":null}");

    List<JsonNode> everybody = stream("");
    assertThat(everybody).hasSize(5);
    assertThat(everybody.subList(0, 4))
        .extracting(one -> one.get("customer").asText())
        .containsExactlyInAnyOrder(daily, fresh, activated, known);
    assertThat(everybody.get(4).get("answers").asInt()).isEqualTo(4);
  }

  @Test
  void aStreamOfThousandsLosesNone() throws Exception {
    int names = 5_000;

    List<JsonNode> lines = stream((daily + "\n").repeat(names));

    assertThat(lines).hasSize(names + 1);
    assertThat(lines.get(names).get("risks").asInt()).isEqualTo(names);
  }

  @Test
  @TestSecurity(
      user = "scientist",
      roles = {Roles.DATA_SCIENTIST})
  void onlyAServiceMayAskForEverybody() {
    given().contentType("text/plain").post("/api/v1/risk:stream").then().statusCode(403);
    given()
        .contentType("text/plain")
        .body(daily)
        .post("/api/v1/risk:stream")
        .then()
        .statusCode(200);
  }

  @Test
  @TestSecurity(
      user = "miner",
      roles = {Roles.SERVICE})
  void whoAsksTheModelQuestionByQuestionIsStoppedAndPutOnRecord() {
    int refused = 0;
    for (int i = 0; i < 160; i++) {
      Response answer = whatIf(Map.of("customer", daily, "features", Map.of("idle", i / 10.0)));
      if (answer.statusCode() == 429) {
        refused++;
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.header("RateLimit")).startsWith("\"what-if\";r=0");
      } else {
        assertThat(answer.statusCode()).isEqualTo(200);
      }
    }
    assertThat(refused).as("of 160, of which 100 are free").isBetween(55, 60);
    await()
        .atMost(WAIT)
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "SELECT COUNT(*) FROM audit WHERE actor='miner' AND"
                                + " action='quota-exceeded'"))
                    .isEqualTo(1));
    given().get(RISK, daily).then().statusCode(200);
  }

  /** JSON numbers are read as floats. */
  private static Matcher<Float> near(double expected) {
    return new TypeSafeMatcher<>() {
      @Override
      protected boolean matchesSafely(Float actual) {
        return Math.abs(actual - expected) < 1e-6;
      }

      @Override
      public void describeTo(Description description) {
        description.appendText("a number near " + expected);
      }
    };
  }

  private static double riskAfter(double idleDays) {
    return 1 / (1 + Math.exp(-(idleDays - TestModel.EVEN_AT_DAYS) / 2));
  }

  private Response whatIf(Map<String, Object> supposition) {
    return given().contentType(ContentType.JSON).body(supposition).post("/api/v1/risk:what-if");
  }

  private List<JsonNode> stream(String names) throws Exception {
    Response answer =
        given()
            .contentType("application/x-ndjson")
            .body(names.getBytes(StandardCharsets.UTF_8))
            .post("/api/v1/risk:stream");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.contentType()).startsWith("application/x-ndjson");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : answer.body().asString().lines().toList()) {
      lines.add(json.readTree(line));
    }
    return lines;
  }

  private static Map<String, Object> supposed(Instant at) {
    return Map.of("name", "login", "kind", "usage", "occurredAt", at.toString());
  }

  private long campaign(double enter) {
    return campaigns
        .start(
            CampaignSettings.named("api-" + run)
                .enterThreshold(enter)
                .leaveThreshold(0.1)
                .holdOutShare(0.2)
                .intake(0)
                .build(),
            "test")
        .id();
  }

  private Event usage(String customer, Instant at) {
    return event(customer, at, EventKind.USAGE, "login");
  }

  private Event event(String customer, Instant at, EventKind kind, String name) {
    return new Event(
        run + "-" + sequence++,
        source,
        customer,
        name,
        kind,
        at,
        at,
        false,
        1,
        null,
        null,
        null,
        Map.of(),
        false);
  }

  private void apply(List<Event> events) {
    log.send(events);
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
  }

  private long count(String sql) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
