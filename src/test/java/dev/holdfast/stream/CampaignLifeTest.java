package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallQueue;
import dev.holdfast.campaign.ChannelUses;
import dev.holdfast.campaign.EpisodeClosing;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Topics;
import dev.holdfast.testsupport.Published;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Campaigns from the draft to the end, and what begins their episodes. */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.RETENTION_LEAD, Roles.SERVICE})
class CampaignLifeTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(30);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject PartitionProgress progress;
  @Inject Timers timers;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Inject EpisodeClosing closing;
  @Inject CallQueue queue;
  @Inject ChannelUses channels;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "life-" + run;
  private int sequence;

  @BeforeEach
  void nobodyElse() throws SQLException {
    execute("DELETE FROM customer_state");
    execute("UPDATE campaign SET state = 'ended'");
    TestModel.promote(models);
    clocks.fix(START);
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    timers.sweep();
  }

  /** Others would find their customers in the campaigns of a higher precedence. */
  @AfterEach
  void theCampaignsAreOver() throws SQLException {
    execute("UPDATE campaign SET state = 'ended' WHERE name LIKE '%-" + run + "'");
  }

  @Test
  void aCampaignIsWrittenDownBegunChangedAndEnded() throws SQLException {
    String name = "life-" + run;
    JsonPath draft = post("/api/v1/campaigns", settings(name, 0.5, Map.of("draft", true)), 201);
    long id = draft.getLong("id");
    assertThat(draft.getString("state")).isEqualTo("draft");
    assertThat(draft.getDouble("holdOutShare")).as("nothing is proven yet").isEqualTo(0.5);
    send(usage("one", START));
    passTo(START.plus(Duration.ofDays(9)));
    assertThat(episodes(id)).as("a draft opens nothing").isZero();

    Map<String, Object> nobodyHeldOut = settings(name, 0.5, Map.of("holdOutShare", 0));
    put(id, nobodyHeldOut, null, "").then().statusCode(428);
    put(id, nobodyHeldOut, "\"1\"", "")
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("version", equalTo(2));
    put(id, nobodyHeldOut, "\"1\"", "")
        .then()
        .statusCode(412)
        .body("detail", containsString("Version 2"));
    given()
        .post("/api/v1/campaigns/{id}:start", id)
        .then()
        .statusCode(200)
        .body("state", equalTo("running"))
        .body("startedAt", equalTo(START.plus(Duration.ofDays(9)).toString()));
    given().post("/api/v1/campaigns/{id}:start", id).then().statusCode(409);
    passTo(START.plus(Duration.ofDays(9)));
    assertThat(episodes(id)).as("who stands above is admitted").isEqualTo(1);

    put(id, settings(name, 0.6, Map.of()), "\"2\"", " ")
        .then()
        .statusCode(400)
        .body("detail", containsString("why must say why"));
    put(id, settings("other-" + run, 0.6, Map.of()), "\"2\"", "a better name")
        .then()
        .statusCode(409)
        .body("detail", containsString("keeps its name"));
    put(id, settings(name, 0.6, Map.of()), "\"2\"", "too many calls")
        .then()
        .statusCode(200)
        .body("holdOutShare", equalTo(0.0f));
    given()
        .get("/api/v1/campaigns/{id}/versions", id)
        .then()
        .statusCode(200)
        .body("number", contains(3, 2, 1))
        .body("why", contains("too many calls", "", ""))
        .body("settings.enterThreshold", contains(0.6f, 0.5f, 0.5f))
        .body("[0].setBy", equalTo("lena"));

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", ""))
        .post("/api/v1/campaigns/{id}:end", id)
        .then()
        .statusCode(400);
    JsonPath ended =
        post("/api/v1/campaigns/" + id + ":end", Map.of("reason", "the winter is over"), 200);
    assertThat(ended.getString("state")).isEqualTo("ended");
    closeAll();
    assertThat(single("SELECT COUNT(*) FROM episode WHERE close_reason = 'campaign-ended'", id))
        .isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'cancelled'", id)).isEqualTo(1);
    given().post("/api/v1/campaigns/{id}:resume", id).then().statusCode(409);

    JsonPath clone = post("/api/v1/campaigns/" + id + ":clone", Map.of("name", name + "-2"), 201);
    assertThat(clone.getString("state")).isEqualTo("draft");
    assertThat(clone.getLong("clonedFrom")).isEqualTo(id);
    assertThat(clone.getDouble("enterThreshold")).isEqualTo(0.6);
    assertThat(clone.getDouble("holdOutShare")).isEqualTo(0.5);
    assertThat(clone.getMap("evidence")).as("nobody was drawn by lot").isNull();
  }

  @Test
  void anEventBeginsAnEpisodeOnceAndHistoryNever() throws SQLException {
    long id =
        post(
                "/api/v1/campaigns",
                Map.of(
                    "name",
                    "ratings-" + run,
                    "holdOutShare",
                    0,
                    "coolDownDays",
                    30,
                    "startsWith",
                    Map.of(
                        "kind", "feedback", "match", "property.rating <= 2", "endsAfterDays", 3)),
                201)
            .getLong("id");
    send(usage("one", START), usage("two", START), usage("three", START));
    Instant said = START.plus(Duration.ofDays(4));
    clocks.fix(said.plusSeconds(60));
    send(rating("one", said, 4, false));
    send(rating("two", said, 1, true), rating("three", said.minus(Duration.ofDays(3)), 1, false));
    assertThat(episodes(id)).as("a good one, history, and one that comes late").isZero();

    given()
        .get("/api/v1/customers/{customer}/contactability", name("one"))
        .then()
        .statusCode(200)
        .body("uses.channel", contains("digital"))
        .body("uses[0].share", equalTo(1.0f));

    send(rating("one", said.plusSeconds(1), 1, false));
    send(rating("one", said.plusSeconds(2), 2, false), usage("one", said.plusSeconds(30)));
    assertThat(episodes(id)).isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM episode WHERE cause = 'event'", id)).isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'pending'", id))
        .as("a use does not end what no silence began")
        .isEqualTo(1);

    clocks.fix(said.plus(Duration.ofDays(3)));
    closing.some();
    assertThat(single("SELECT COUNT(*) FROM episode WHERE open_marker = 1", id)).isEqualTo(1);
    clocks.fix(said.plus(Duration.ofDays(3)).plusSeconds(1));
    closing.some();
    assertThat(single("SELECT COUNT(*) FROM episode WHERE close_reason = 'time-over'", id))
        .isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'cancelled'", id)).isEqualTo(1);

    send(rating("one", said.plus(Duration.ofDays(3)), 1, false));
    assertThat(episodes(id)).as("the party rests").isEqualTo(1);
  }

  @Test
  void whatPausedItselfByEventsGoesOnOnceResumedAndTheNextDayExpectsAsMany() throws SQLException {
    Instant first = START.plus(Duration.ofDays(1));
    clocks.fix(first);
    long id =
        post(
                "/api/v1/campaigns",
                Map.of(
                    "name",
                    "flood-" + run,
                    "intake",
                    1,
                    "startsWith",
                    Map.of("kind", "feedback", "endsAfterDays", 10)),
                201)
            .getLong("id");
    List<Event> uses = new ArrayList<>();
    for (int i = 0; i < 43; i++) {
      uses.add(usage("c" + i, START));
    }
    send(uses.toArray(new Event[0]));
    timers.sweep();

    send(ratings(0, 21, first));
    timers.sweep();
    assertThat(state(id)).isEqualTo("paused");

    given().post("/api/v1/campaigns/{id}:resume", id).then().statusCode(200);
    timers.sweep();
    send(ratings(21, 22, first));
    timers.sweep();
    assertThat(state(id)).as("what has happened is accepted").isEqualTo("running");
    assertThat(episodes(id)).isEqualTo(22);

    Instant second = first.plus(Duration.ofDays(1));
    clocks.fix(second);
    timers.sweep();
    send(ratings(22, 43, second));
    timers.sweep();
    assertThat(episodes(id)).isEqualTo(43);
    assertThat(state(id)).as("no more than on the day before").isEqualTo("running");
  }

  @Test
  void aPartyKeepsItsLotWhateverTheShareBecomes() throws SQLException {
    String name = "lots-" + run;
    long id =
        post(
                "/api/v1/campaigns",
                settings(name, 0.5, Map.of("holdOutShare", 0.9, "coolDownDays", 0)),
                201)
            .getLong("id");
    int parties = 12;
    send(uses(parties, START));
    passTo(START.plus(Duration.ofDays(9)));
    assertThat(episodes(id)).isEqualTo(parties);
    Instant back = START.plus(Duration.ofDays(10));
    clocks.fix(back);
    send(uses(parties, back));
    assertThat(single("SELECT COUNT(*) FROM episode WHERE open_marker = 1", id)).isZero();

    put(
            id,
            settings(name, 0.5, Map.of("holdOutShare", 0, "coolDownDays", 0)),
            "\"1\"",
            "the effect is known")
        .then()
        .statusCode(200);
    passTo(back.plus(Duration.ofDays(9)));

    assertThat(single("SELECT COUNT(*) FROM ledger WHERE TRUE", id)).isEqualTo(2L * parties);
    assertThat(
            single(
                "SELECT COUNT(*) FROM (SELECT DISTINCT campaign_id, party_id, arm, treatment_share"
                    + " FROM ledger) AS lots WHERE TRUE",
                id))
        .as("one lot for each, with the share it was drawn with")
        .isEqualTo(parties);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE TRUE", id))
        .isEqualTo(single("SELECT COUNT(*) FROM ledger WHERE arm = 'treatment'", id));
  }

  @Test
  void aPartyIsInTheCampaignOfTheHigherPrecedenceAlone() throws SQLException {
    Map<String, Object> nobodyHeldOut = Map.of("holdOutShare", 0);
    long low =
        post("/api/v1/campaigns", settings("low-" + run, 0.5, nobodyHeldOut), 201).getLong("id");
    long high =
        post(
                "/api/v1/campaigns",
                settings("high-" + run, 0.7, Map.of("holdOutShare", 0, "precedence", 5)),
                201)
            .getLong("id");
    send(usage("one", START));
    Instant first = START.plus(Duration.ofDays(9));
    passTo(first);
    assertThat(episodes(low)).as("above 0.5, below 0.7").isEqualTo(1);
    assertThat(episodes(high)).isZero();

    send(usage("two", first));
    passTo(first.plus(Duration.ofDays(11)));

    assertThat(episodes(high)).as("one moved on, the other came to both at once").isEqualTo(2);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'pending'", high)).isEqualTo(2);
    assertThat(episodes(low)).isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM episode WHERE close_reason = 'other-campaign'", low))
        .isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'cancelled'", low))
        .isEqualTo(1);
    assertThat(standing(settings("below-" + run, 0.5, Map.of("precedence", 4)))).isZero();
    assertThat(standing(settings("beside-" + run, 0.5, Map.of("precedence", 5)))).isEqualTo(2);

    execute("UPDATE episode SET arm = 'hold-out' WHERE campaign_id = " + high);
    execute("UPDATE call_task SET state = 'cancelled' WHERE campaign_id = " + high);
    Map<String, Object> lower = Map.of("precedence", 4, "holdOutShare", 0, "intake", 9);
    long calls = post("/api/v1/campaigns", settings("calls-" + run, 0.5, lower), 201).getLong("id");
    Map<String, Object> equal = Map.of("precedence", 5, "holdOutShare", 0, "intake", 9);
    long beside =
        post("/api/v1/campaigns", settings("equal-" + run, 0.5, equal), 201).getLong("id");
    passTo(first.plus(Duration.ofDays(11)));
    assertThat(episodes(beside)).isEqualTo(2);
    assertThat(episodes(calls)).as("held out there, called nowhere below").isZero();
  }

  @Test
  void aDateOfTheProfileBeginsAnEpisodeOnceWhenItComesNear() throws SQLException {
    Map<String, Object> ending = Map.of("dateField", "contract_end", "endsAfterDays", 5);
    Map<String, Object> settings =
        Map.of("name", "ending-" + run, "startsWith", ending, "holdOutShare", 0, "coolDownDays", 0);
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("profile", Map.of("contract_end", "2026-04-11", "plan", "gold")))
        .put("/api/v1/customers/" + name("one"))
        .then()
        .statusCode(201);
    send(usage("one", START), usage("none", START));
    JsonPath preview = post("/api/v1/campaigns:preview", settings, 200);
    assertThat(preview.getDouble("standing.value")).isZero();
    passTo(Instant.parse("2026-03-10T08:00:00Z"));
    assertThat(post("/api/v1/campaigns:preview", settings, 200).getList("days.coming.value"))
        .as("the 12th is 30 days before the 11th of April")
        .isEqualTo(List.of(0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f));
    long id = post("/api/v1/campaigns", settings, 201).getLong("id");

    passTo(Instant.parse("2026-03-11T23:00:00Z"));
    assertThat(episodes(id)).isZero();
    passTo(Instant.parse("2026-03-12T08:00:00Z"));
    assertThat(episodes(id)).isEqualTo(1);
    assertThat(
            single(
                "SELECT COUNT(*) FROM call_task WHERE reasons LIKE '%contract_end: 2026-04-11%'",
                id))
        .isEqualTo(1);

    clocks.fix(Instant.parse("2026-03-18T08:00:00Z"));
    closeAll();
    assertThat(single("SELECT COUNT(*) FROM episode WHERE close_reason = 'time-over'", id))
        .isEqualTo(1);
    passTo(Instant.parse("2026-03-19T08:00:00Z"));
    assertThat(episodes(id)).as("once for a date").isEqualTo(1);
    Map<String, Object> later = new HashMap<>(settings);
    later.put(
        "startsWith", Map.of("dateField", "contract_end", "endsAfterDays", 5, "daysBefore", 20));
    put(id, later, "\"1\"", "three weeks are enough").then().statusCode(200);
    passTo(Instant.parse("2026-03-25T08:00:00Z"));
    assertThat(episodes(id)).as("once, however near is meant").isEqualTo(1);
    assertThat(
            given()
                .get("/api/v1/campaigns/" + id + "/preview")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getDouble("standing.value"))
        .as("nor does the preview expect it again")
        .isZero();
    put(id, settings, "\"2\"", "no, a month").then().statusCode(200);
    execute(
        "UPDATE customer SET profile = JSON_SET(profile, '$.contract_end', '2026-05-20') WHERE id ="
            + " (SELECT MAX(customer_id) FROM episode WHERE campaign_id = "
            + id
            + ")");
    passTo(Instant.parse("2026-04-19T08:00:00Z"));
    assertThat(episodes(id)).as("31 days before the new one").isEqualTo(1);
    passTo(Instant.parse("2026-04-20T08:00:00Z"));
    assertThat(episodes(id)).isEqualTo(2);

    put(id, settings("ending-" + run, 0.5, Map.of()), "\"3\"", "by risk instead")
        .then()
        .statusCode(409);
    post(
        "/api/v1/campaigns",
        Map.of("name", "both-" + run, "startsWith", Map.of("dateField", "x", "name", "y")),
        400);
  }

  @Test
  void aCallIsOrderedByWhatTheFormulaSaysOfItsCustomer() throws SQLException {
    Map<String, Object> formula =
        Map.of(
            "holdOutShare",
            0,
            "valueFormula",
            "0.5 * 12 * profile.fee",
            "offer",
            List.of(
                Map.of("language", "en", "text", "half price"),
                Map.of("language", "zh", "text", "半价")));
    post(
        "/api/v1/campaigns",
        settings("twice-" + run, 0.5, Map.of("valueFormula", "1", "valueField", "fee")),
        400);
    long id = post("/api/v1/campaigns", settings("worth-" + run, 0.5, formula), 201).getLong("id");
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("profile", Map.of("fee", 50, "language", "zh")))
        .put("/api/v1/customers/" + name("one"))
        .then()
        .statusCode(201);
    send(usage("one", START), usage("two", START));
    passTo(START.plus(Duration.ofDays(5)));
    Map<String, Object> before = settings("before-" + run, 0.5, formula);
    JsonPath preview = post("/api/v1/campaigns:preview", before, 200);
    assertThat(preview.getDouble("expected.meanValue"))
        .as("300 of the one, 200 of the other, who come to the same level")
        .isEqualTo(250, within(1e-6));
    passTo(START.plus(Duration.ofDays(9)));

    assertThat(single("SELECT customer_value FROM call_task WHERE customer_value > 0", id))
        .isEqualTo(300);
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE customer_value IS NULL", id))
        .as("of the other nothing is known")
        .isEqualTo(1);
    assertThat(offered("one")).contains("\"offer\":\"半价\"");
    assertThat(offered("two")).as("the first language").contains("\"offer\":\"half price\"");
  }

  /** The message that says whom to call. */
  private String offered(String customer) {
    return Published.on(
            kafka, Topics.CALL_TASKS, message -> name(customer).equals(message.key()), 1)
        .get(0)
        .value();
  }

  private static double standing(Map<String, Object> settings) {
    return post("/api/v1/campaigns:preview", settings, 200).getDouble("standing.value");
  }

  @Test
  void theCallsOfACampaignThatEndedAreHandedToNobody() throws SQLException {
    long id =
        post("/api/v1/campaigns", settings("over-" + run, 0.5, Map.of("holdOutShare", 0)), 201)
            .getLong("id");
    send(usage("one", START));
    passTo(START.plus(Duration.ofDays(9)));
    long task = single("SELECT id FROM call_task WHERE state = 'pending'", id);
    assertThat(handedOut(task)).isTrue();
    assertThat(channels.ofTask(task))
        .as("where the customer comes to us")
        .containsExactly("digital");
    execute("UPDATE campaign SET channels = 'phone,sms' WHERE id = " + id);
    assertThat(channels.ofTask(task)).as("the campaign says").containsExactly("phone", "sms");

    post("/api/v1/campaigns/" + id + ":end", Map.of("reason", "enough"), 200);

    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'pending'", id))
        .as("nobody has closed it yet")
        .isEqualTo(1);
    assertThat(handedOut(task)).isFalse();
    given()
        .get("/api/v1/campaigns/{id}/call-list", id)
        .then()
        .statusCode(200)
        .body("pending", equalTo(0))
        .body("calls", hasSize(0));
    closeAll();
    assertThat(single("SELECT COUNT(*) FROM call_task WHERE state = 'cancelled'", id)).isEqualTo(1);
    assertThat(single("SELECT COUNT(*) FROM episode WHERE open_marker = 1", id)).isZero();
  }

  @Test
  void theIntakeIsForTheSegmentAlone() throws SQLException {
    profile("one", "gold");
    List<Event> uses = new ArrayList<>(List.of(usage("one", START)));
    for (int i = 0; i < 8; i++) {
      profile("other-" + i, "silver");
      uses.add(usage("other-" + i, START));
    }
    send(uses.toArray(new Event[0]));
    passTo(START.plus(Duration.ofDays(10)));

    long id =
        post(
                "/api/v1/campaigns",
                settings(
                    "intake-" + run,
                    0.5,
                    Map.of("holdOutShare", 0, "intake", 1, "segment", "profile.plan = 'gold'")),
                201)
            .getLong("id");
    passTo(START.plus(Duration.ofDays(10)));

    assertThat(episodes(id)).as("eight who stand above are not meant").isEqualTo(1);
  }

  @Test
  void whoStandsAboveIsLookedForAgainOnceAnotherProcessChangedTheCampaign() throws SQLException {
    send(usage("one", START), usage("two", START));
    passTo(START.plus(Duration.ofDays(10)));
    long id =
        post("/api/v1/campaigns", settings("room-" + run, 0.5, Map.of("intake", 1)), 201)
            .getLong("id");
    passTo(START.plus(Duration.ofDays(10)));
    assertThat(episodes(id)).as("there is no room for the second today").isEqualTo(1);

    execute("UPDATE campaign SET intake = 2, version = version + 1 WHERE id = " + id);

    await()
        .atMost(WAIT)
        .until(
            () -> {
              timers.sweep();
              return episodes(id) == 2;
            });
  }

  @Test
  void aPreviewSaysWhoComesAndTheForecastCountsTheSameMembers() throws SQLException {
    String gold = "profile.plan = 'gold'";
    long all = post("/api/v1/campaigns", settings("all-" + run, 0.5, Map.of()), 201).getLong("id");
    long some =
        post("/api/v1/campaigns", settings("gold-" + run, 0.5, Map.of("segment", gold)), 201)
            .getLong("id");
    // The risk is one half after eight days.
    Instant now = START.plus(Duration.ofDays(10));
    for (Map.Entry<String, String> one :
        Map.of("stands", "gold", "today", "gold", "later", "gold", "other", "silver").entrySet()) {
      profile(one.getKey(), one.getValue());
    }
    send(
        usage("stands", START),
        usage("today", now.minus(Duration.ofDays(8)).plusSeconds(3_600)),
        usage("later", now.minus(Duration.ofDays(5))),
        usage("other", now.minus(Duration.ofDays(8)).plusSeconds(3_600)));
    passTo(now);

    assertThat(forecast(some)).isPositive();
    assertThat(forecast(all)).as("one who is no member").isEqualTo(forecast(some) + 1);

    // A level that nobody watches yet, a little above.
    JsonPath preview =
        post(
            "/api/v1/campaigns:preview",
            settings("new-" + run, 0.52, Map.of("segment", gold, "intake", 50)),
            200);
    assertThat(preview.getDouble("customers")).isEqualTo(4);
    assertThat(preview.getDouble("segment.value")).isEqualTo(3);
    assertThat(preview.getDouble("segment.high")).as("everybody was looked at").isEqualTo(3);
    assertThat(preview.getDouble("standing.value")).isEqualTo(1);
    assertThat(preview.getList("days.coming.value", Double.class))
        .containsExactly(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0);
    assertThat(preview.getDouble("week.assigned.value")).isEqualTo(3);
    assertThat(preview.getDouble("week.heldOut")).isEqualTo(1.5);
    assertThat(preview.getMap("contact.blocked")).isEqualTo(Map.of("consent", 3));
    assertThat(preview.getDouble("expected.saves.value")).isZero();
    assertThat(preview.getInt("detectable.parties")).isGreaterThan(1_000);

    Map<String, Object> change = settings("gold-" + run, 0.52, Map.of("segment", gold));
    JsonPath ofChange = post("/api/v1/campaigns:preview?replaces=" + some, change, 200);
    assertThat(ofChange.getDouble("standing.value")).as("is in it already").isZero();
    assertThat(ofChange.getList("days.coming.value", Double.class))
        .containsExactly(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0);
    post("/api/v1/campaigns:preview?replaces=0", change, 404);

    given()
        .get("/api/v1/campaigns/{id}/preview", some)
        .then()
        .statusCode(200)
        .body("standing.value", equalTo(0.0f))
        .body("detectable", notNullValue());
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("segment", gold + " and risk >= 0.5"))
        .post("/api/v1/campaigns:count-segment")
        .then()
        .statusCode(200)
        .body("segment.value", equalTo(1.0f));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("segment", gold + " and"))
        .post("/api/v1/campaigns:count-segment")
        .then()
        .statusCode(400)
        .body("detail", containsString("where it ends"));
    given()
        .get("/api/v1/campaigns")
        .then()
        .statusCode(200)
        .body("findAll { it.name == 'gold-%s' }".formatted(run), hasSize(1))
        .body("find { it.name == 'gold-%s' }.startsWith".formatted(run), nullValue());
  }

  private static Map<String, Object> settings(
      String name, double enter, Map<String, Object> others) {
    Map<String, Object> settings = new HashMap<>(others);
    settings.put("name", name);
    settings.put("enterThreshold", enter);
    return settings;
  }

  private static JsonPath post(String path, Map<String, Object> body, int status) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post(path)
        .then()
        .statusCode(status)
        .extract()
        .jsonPath();
  }

  private static Response put(
      long id, Map<String, Object> body, @Nullable String ifMatch, String why) {
    RequestSpecification request =
        given().contentType(ContentType.JSON).body(body).queryParam("why", why);
    if (ifMatch != null) {
      request.header("If-Match", ifMatch);
    }
    return request.put("/api/v1/campaigns/{id}", id);
  }

  /** Lets time pass in which nothing happens. */
  private void passTo(Instant now) {
    clocks.fix(now);
    sources.completeThrough(source, now);
    timers.sweep();
    timers.sweep();
  }

  /** Closes whatever is over, other tests' leavings too. */
  private void closeAll() {
    int closed;
    do {
      closed = closing.some();
    } while (closed > 0);
  }

  private boolean handedOut(long task) {
    CallQueue.Abilities anything = new CallQueue.Abilities(List.of(), List.of());
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              boolean taken = queue.lockReady(task).isPresent();
              assertThat(queue.best(anything, 1_000).stream().anyMatch(one -> one.id() == task))
                  .isEqualTo(taken);
              return taken;
            });
  }

  private Event[] uses(int customers, Instant at) {
    return IntStream.range(0, customers).mapToObj(i -> usage("p" + i, at)).toArray(Event[]::new);
  }

  private Event[] ratings(int from, int to, Instant at) {
    return IntStream.range(from, to)
        .mapToObj(i -> rating("c" + i, at, 1, false))
        .toArray(Event[]::new);
  }

  private String state(long campaign) {
    return given().get("/api/v1/campaigns/{id}", campaign).jsonPath().getString("state");
  }

  private double forecast(long campaign) throws SQLException {
    return single("SELECT MAX(timers) FROM trigger_forecast WHERE TRUE", campaign);
  }

  private void profile(String customer, String plan) {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("profile", Map.of("plan", plan)))
        .put("/api/v1/customers/" + name(customer))
        .then()
        .statusCode(201);
  }

  private String name(String customer) {
    return "test:" + customer + "-" + run;
  }

  private Event usage(String customer, Instant at) {
    return event(customer, at, EventKind.USAGE, "login", Map.of(), false);
  }

  private Event rating(String customer, Instant at, int stars, boolean backfill) {
    return event(customer, at, EventKind.FEEDBACK, "survey", Map.of("rating", stars), backfill);
  }

  private Event event(
      String customer,
      Instant at,
      EventKind kind,
      String what,
      Map<String, Object> properties,
      boolean backfill) {
    return new Event(
        "e" + sequence++,
        source,
        name(customer),
        what,
        kind,
        at,
        at,
        backfill,
        1,
        null,
        null,
        "app",
        properties,
        backfill);
  }

  private void send(Event... events) {
    log.send(List.of(events));
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
  }

  private long episodes(long campaign) throws SQLException {
    return single("SELECT COUNT(*) FROM episode WHERE TRUE", campaign);
  }

  private long single(String sql, long campaign) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(sql + " AND campaign_id = " + campaign);
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
