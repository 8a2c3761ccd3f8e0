package dev.holdfast.desk;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.DeskTables;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.campaign.Outcomes;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Profiles;
import dev.holdfast.desk.AgentEffects.Estimate;
import dev.holdfast.desk.AgentEffects.Topic;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.scoring.Standings;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers are routed by what is in the database, and by what of it can be read in time. */
@QuarkusTest
@TestSecurity(
    user = "acd",
    roles = {Roles.SERVICE, Roles.RETENTION_LEAD})
class RouteTest {

  /** A Wednesday, 16:00 in Shanghai. */
  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject EventStore events;
  @Inject Sources sources;
  @Inject CallerLookup lookup;
  @Inject CallTallies tallies;
  @Inject AgentBoard board;
  @Inject Customers customers;
  @Inject Profiles profiles;
  @Inject Standings standings;
  @Inject LatestSteps steps;
  @Inject RoutingConfig config;
  @Inject Outcomes outcomes;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private DeskTables tables;
  private String campaign;
  private long campaignId;

  @BeforeEach
  void aCampaign() {
    clocks.fix(NOW);
    tables = new DeskTables(database);
    campaign = "route-" + run;
    campaignId = tables.campaign(campaign, NOW.minus(Duration.ofDays(3)));
    board.forget();
    board.refresh();
  }

  @Test
  void aCallerNobodyKnowsGetsANeutralRanking() {
    for (Map<String, Object> who :
        List.<Map<String, Object>>of(
            Map.of("phone", "+8619900000000"),
            Map.of("customer", "crm:nobody-" + run),
            Map.of("customer", "not a name"),
            Map.of())) {
      route(who)
          .statusCode(200)
          .body("caller", nullValue())
          .body("note", containsString("nobody is known"))
          .body("leftOut", hasSize(0))
          .body("agents.agent", hasItems("anna", "berta"))
          .body("agents[0].parts.value", equalTo(0.0f))
          .body("steps", hasSize(0));
    }
  }

  @Test
  void theAnswerCarriesWhatHappenedLatelyAndWhatIsStillToBeDone() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    tables.change(
        "UPDATE customer SET profile = '{\"name\":\"王小明\",\"value\":600,\"language\":\"zh\"}'"
            + " WHERE id = "
            + person.customerId());
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    happened(person, "payment_failed", NOW.minus(Duration.ofHours(2)));
    happened(person, "login", NOW.minus(Duration.ofHours(30)));
    report(
            Map.of(
                "task",
                task,
                "disposition",
                "no-answer",
                "agent",
                "anna",
                "contactedAt",
                NOW.minus(Duration.ofHours(1)).toString()))
        .body("[0].status", equalTo("recorded"));

    // However the number is written.
    String phone = "00" + person.phone().substring(1);
    route(Map.of("phone", phone))
        .statusCode(200)
        .body("caller.name", equalTo(person.name()))
        .body("caller.value", equalTo(600.0f))
        .body("note", nullValue())
        .body("steps.what", equalTo(List.of("no-answer", "payment_failed")))
        .body("steps[0].by", equalTo("anna"))
        .body("tasks.id", hasItem((int) task))
        .body("tasks[0].campaign", equalTo(campaign))
        .body("urgency.parts.value", greaterThan(0f));
    route(Map.of("customer", person.name()))
        .statusCode(200)
        .body("caller.name", equalTo(person.name()));
  }

  @Test
  void agentsAreKnownByTheirCalls() throws SQLException {
    String skill = "billing-" + run;
    List<Map<String, Object>> outcomes = new ArrayList<>();
    for (int agent = 0; agent < 3; agent++) {
      for (int call = 0; call < 12; call++) {
        Person person = tables.person(NOW.minus(Duration.ofDays(2)));
        long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
        tables.change("UPDATE call_task SET skill = '" + skill + "' WHERE id = " + task);
        outcomes.add(
            Map.of(
                "task",
                task,
                "agent",
                run + agent,
                "disposition",
                call < 4 * agent ? "accepted" : "refused",
                "contactedAt",
                NOW.minus(Duration.ofMinutes(10 + call)).toString()));
      }
    }
    post("/api/v1/call-tasks/outcomes", Map.of("outcomes", outcomes)).statusCode(200);

    assertThat(tallies.update()).isPositive();
    assertThat(tallies.update()).as("nothing is new since").isZero();
    board.forget();
    board.refresh();

    Estimate best = board.known().effects().of(run + 2, Topic.ofSkill(skill));
    assertThat(best.conversations()).isEqualTo(12);
    assertThat(best.ofAll()).isBetween(0.3, 0.37);
    given()
        .contentType(ContentType.JSON)
        .body(
            Map.of(
                "queue",
                skill,
                "waitSeconds",
                0,
                "agents",
                List.of(run + 0, run + 1, run + 2),
                "weights",
                Map.of("fairness", 0)))
        .post("/api/v1/route")
        .then()
        .statusCode(200)
        .body("topic", equalTo(skill))
        .body("weights.fairness", equalTo(0.0f))
        .body("agents.find { it.agent == '" + run + "2' }.score", greaterThan(0f))
        .body("agents.find { it.agent == '" + run + "2' }.effect.conversations", equalTo(12))
        .body("agents.find { it.agent == '" + run + "2' }.callsPerHour", greaterThan(0f));

    // A correction is counted instead of what it corrects.
    tables.change(
        "INSERT INTO outcome (call_task_id, disposition, recorded_at, recorded_by, attempt_id,"
            + " supersedes) SELECT call_task_id, 'no-answer', recorded_at, 'test', attempt_id, id"
            + " FROM outcome o WHERE call_task_id = "
            + outcomes.get(35).get("task"));
    tallies.update();
    board.forget();
    board.refresh();
    assertThat(board.known().effects().of(run + 2, Topic.ofSkill(skill)).conversations())
        .isEqualTo(11);
    given()
        .queryParam("from", "2026-03-11")
        .queryParam("to", "2026-03-11")
        .get("/api/v1/desk/futile-calls")
        .then()
        .statusCode(200)
        .body("byAgent.find { it.of == '" + run + "2' }.noAnswer", equalTo(1))
        .body("byAgent.find { it.of == '" + run + "2' }.calls", equalTo(12))
        .body("byHour.of", hasItem("15"));
  }

  @Test
  void anOutcomeThatIsSentAgainChangesNothing() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    Map<String, Object> byPhone =
        Map.of(
            "campaign",
            campaign,
            "phone",
            person.phone(),
            "disposition",
            "busy",
            "callId",
            "c-" + run,
            "contactedAt",
            NOW.minus(Duration.ofHours(1)).toString());

    report(byPhone).body("[0].status", equalTo("recorded")).body("[0].task", equalTo((int) task));
    report(byPhone).body("[0].status", equalTo("repeated"));

    assertThat(tables.number("SELECT COUNT(*) FROM outcome WHERE call_task_id = " + task))
        .isEqualTo(1);
    assertThat(tables.number("SELECT COUNT(*) FROM contact_attempt WHERE call_task_id = " + task))
        .isEqualTo(1);
    report(Map.of("task", task, "disposition", "busy"))
        .body("[0].status", equalTo("refused"))
        .body("[0].detail", containsString("callId or contactedAt"));
    report(
            Map.of(
                "campaign",
                campaign,
                "phone",
                "+8619911111111",
                "disposition",
                "busy",
                "callId",
                "d-" + run))
        .body("[0].detail", containsString("…1111"));
  }

  @Test
  void whatCallersWantIsHeard() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    Map<String, Object> call =
        Map.of(
            "callId",
            "in-" + run,
            "customer",
            person.name(),
            "agent",
            "anna",
            "queue",
            "billing",
            "disposition",
            "do-not-contact",
            "seconds",
            240,
            "exploration",
            true,
            "propensity",
            0.02);

    ended(call).body("taken", equalTo(1)).body("repeated", equalTo(0));
    ended(call).body("taken", equalTo(0)).body("repeated", equalTo(1));

    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM call_task WHERE state = 'cancelled' AND id = " + task))
        .isEqualTo(1);
    route(Map.of("customer", person.name()))
        .body("steps.kind", hasItem("inbound-call"))
        .body("tasks", hasSize(0));
    ended(
            Map.of(
                "callId",
                "late-" + run,
                "agent",
                "anna",
                "queue",
                "billing",
                "disposition",
                "solved",
                "endedAt",
                "2020-01-01T00:00:00Z"))
        .body("refused[0].detail", containsString("last 30 days"));
  }

  @Test
  void whatIsNotKnownInTimeIsLeftOutAndNamed() {
    Person person = tables.person(NOW);

    assertThat(lookup.look(person.name(), null, Duration.ofNanos(1)).leftOut()).contains("steps");
    assertThat(lookup.look(person.name(), null, Duration.ofMinutes(1)).leftOut()).isEmpty();
  }

  @Test
  void aWishForNoContactIsHeardFromCallersWhomNobodyKnows() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    Map<String, Object> wish =
        Map.of("agent", "anna", "queue", "billing", "disposition", "do-not-contact");

    ended(with(wish, "callId", "wish-" + run, "phone", "0" + person.phone().substring(3)))
        .body("taken", equalTo(1));

    given()
        .get("/api/v1/customers/{name}/contactability", person.name())
        .then()
        .statusCode(200)
        .body(
            "rules.find { it.rule == 'do-not-contact' }.reason",
            containsString("the number is not to be called"));
    for (Map<String, Object> nobody :
        List.of(
            with(wish, "callId", "nobody-" + run),
            with(wish, "callId", "nobody-" + run, "customer", "crm:nobody-" + run),
            with(wish, "callId", "nobody-" + run, "phone", "anonymous"))) {
      ended(nobody)
          .body("taken", equalTo(0))
          .body("refused[0].detail", containsString("give the phone"));
    }
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM inbound_call WHERE call_key = 'nobody-" + run + "'"))
        .as("a wish that was refused can be sent again")
        .isZero();
  }

  @Test
  void twoSpellingsOfANameDoNotStopTheCounting() throws SQLException {
    String agent = "anna-" + run;
    for (String spelling : List.of(agent, agent + " ", agent.toUpperCase(Locale.ROOT))) {
      ended(
              Map.of(
                  "callId",
                  UUID.randomUUID().toString(),
                  "agent",
                  spelling,
                  "queue",
                  "spelt-" + run,
                  "disposition",
                  "solved"))
          .body("taken", equalTo(1));
    }
    // As it may stand there from before names were stripped.
    tables.change(
        "INSERT INTO inbound_call (call_key, agent, skill, disposition, ended_at, exploration,"
            + " recorded_at, recorded_by) SELECT CONCAT(call_key, '-old'), CONCAT(agent, ' '),"
            + " CONCAT(skill, ' '), disposition, ended_at, exploration, recorded_at, recorded_by"
            + " FROM inbound_call WHERE BINARY agent = '"
            + agent
            + "' LIMIT 1");

    assertThat(tallies.update()).isPositive();

    assertThat(
            tallies.pasts(90).stream()
                .filter(past -> past.agent().equals(agent))
                .mapToInt(AgentEffects.Past::conversations)
                .sum())
        .isEqualTo(3);
    board.forget();
    board.refresh();
    assertThat(board.known().candidates(List.of(agent + " "), AgentEffects.EVERYTHING))
        .extracting(Routing.Candidate::agent, known -> known.effect().conversations())
        .containsExactly(tuple(agent + " ", 3));
    assertThat(tables.number("SELECT SUM(calls) FROM call_tally WHERE skill = 'spelt-" + run + "'"))
        .isEqualTo(4);
  }

  @Test
  void anOutcomeThatIsTooLongIsRefusedByItself() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    Map<String, Object> busy = Map.of("task", task, "disposition", "busy");

    post(
            "/api/v1/call-tasks/outcomes",
            Map.of(
                "outcomes",
                List.of(
                    with(busy, "callId", "long-" + run, "note", "x".repeat(501)),
                    with(busy, "callId", "short-" + run, "note", "x".repeat(500)))))
        .statusCode(200)
        .body("status", equalTo(List.of("refused", "recorded")))
        .body("[0].detail", containsString("note size"));
  }

  @Test
  void whatADialerReportsIsNotTheOutcomeOfACallInSomebodysHands() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    long inHand =
        QuarkusTransaction.requiringNew()
            .call(() -> outcomes.attempt(task, person.partyId(), "berta"));

    report(Map.of("task", task, "disposition", "busy", "agent", "anna", "callId", "o1-" + run))
        .body("[0].status", equalTo("recorded"));
    report(
            Map.of(
                "task",
                task,
                "disposition",
                "busy",
                "agent",
                "anna",
                "contactedAt",
                NOW.minus(Duration.ofHours(1)).toString()))
        .body("[0].status", equalTo("recorded"));

    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM contact_attempt WHERE actor = 'anna' AND call_task_id = "
                    + task))
        .isEqualTo(2);
    assertThat(tables.number("SELECT COUNT(*) FROM outcome WHERE attempt_id = " + inHand))
        .as("berta still talks")
        .isZero();
  }

  @Test
  void aCallBeforeItsTaskWasPutBackIsReportedLate() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(5)));
    long task = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(4)));
    // The customer came back and is silent again.
    tables.change("UPDATE call_task SET created_at = '2026-03-11 07:00:00' WHERE id = " + task);

    report(
            Map.of(
                "campaign",
                campaign,
                "customer",
                person.name(),
                "disposition",
                "no-answer",
                "contactedAt",
                NOW.minus(Duration.ofDays(2)).toString()))
        .body("[0].task", equalTo((int) task));
  }

  @Test
  void aReportThatIsSentAgainFinishesNoLaterTask() throws SQLException {
    Person person = tables.person(NOW.minus(Duration.ofDays(2)));
    long first = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofDays(1)));
    Map<String, Object> sold =
        Map.of(
            "campaign",
            campaign,
            "phone",
            person.phone(),
            "disposition",
            "accepted",
            "contactedAt",
            NOW.minus(Duration.ofHours(1)).toString());
    Map<String, Object> numbered =
        Map.of(
            "campaign",
            campaign,
            "phone",
            person.phone(),
            "disposition",
            "reached",
            "callId",
            "n-" + run);
    report(sold).body("[0].task", equalTo((int) first));
    report(numbered).body("[0].task", equalTo((int) first));
    tables.change("UPDATE episode SET open_marker = NULL WHERE party_id = " + person.partyId());
    long second = tables.task(campaignId, person, 0.8, NOW.minus(Duration.ofMinutes(5)));

    report(sold).body("[0].status", equalTo("repeated")).body("[0].task", equalTo((int) first));
    report(numbered).body("[0].status", equalTo("repeated")).body("[0].task", equalTo((int) first));

    assertThat(tables.number("SELECT COUNT(*) FROM outcome WHERE call_task_id = " + second))
        .isZero();
  }

  @Test
  void aCallIdMeansOneCallOfOneParty() throws SQLException {
    Person one = tables.person(NOW.minus(Duration.ofDays(2)));
    Person other = tables.person(NOW.minus(Duration.ofDays(2)));
    long ofOne = tables.task(campaignId, one, 0.8, NOW.minus(Duration.ofDays(1)));
    long ofOther = tables.task(campaignId, other, 0.8, NOW.minus(Duration.ofDays(1)));
    Map<String, Object> out = Map.of("disposition", "busy", "callId", "same-" + run);

    report(with(out, "task", ofOne)).body("[0].status", equalTo("recorded"));
    report(with(out, "task", ofOther))
        .body("[0].status", equalTo("refused"))
        .body("[0].detail", containsString("give each call an id of its own"));

    Map<String, Object> in =
        Map.of("agent", "anna", "queue", "billing", "callId", "same-in-" + run);
    ended(with(in, "customer", one.name(), "disposition", "solved")).body("taken", equalTo(1));
    ended(with(in, "customer", one.name(), "disposition", "solved")).body("repeated", equalTo(1));
    ended(with(in, "customer", other.name(), "disposition", "solved"))
        .body("repeated", equalTo(0))
        .body("refused[0].detail", containsString("another party"));
    ended(with(in, "customer", one.name(), "disposition", "do-not-contact"))
        .body("refused[0].detail", containsString("reported as solved"));
  }

  @Test
  void numbersThatEndAlikeAreNotTheSame() throws SQLException {
    Person one = tables.person(NOW);
    Person other = tables.person(NOW);
    String end = one.phone().substring(one.phone().length() - 9);
    tables.change(number("+8613" + end, one));
    tables.change(number("15" + end, other));

    for (String written : List.of("13" + end, "+8613" + end, "008613" + end, "013" + end)) {
      assertThat(customers.ofNumber(written))
          .as(written)
          .extracting(Customers.Member::partyId)
          .containsExactly(one.partyId());
    }
    assertThat(customers.ofNumber("+86 15" + end))
        .extracting(Customers.Member::partyId)
        .containsExactly(other.partyId());
    tables.change(number("anonymous", one));
    assertThat(customers.ofNumber("anonymous")).isEmpty();
    tables.change(number("1234", one));
    assertThat(customers.ofNumber("1234")).as("too short to mean somebody").isEmpty();
  }

  private static String number(String value, Person person) {
    return "UPDATE contact_point SET value = '" + value + "' WHERE party_id = " + person.partyId();
  }

  @Test
  void anInboundCallThatWasMerelyReachedSaysNothingOfItsAgent() {
    String agent = "mere-" + run;
    for (String disposition : List.of("reached", "reached", "solved", "refused")) {
      ended(
          Map.of(
              "callId",
              UUID.randomUUID().toString(),
              "agent",
              agent,
              "queue",
              "billing",
              "disposition",
              disposition));
    }

    tallies.update();

    assertThat(tallies.pasts(90))
        .filteredOn(past -> past.agent().equals(agent))
        .extracting(AgentEffects.Past::conversations, AgentEffects.Past::good)
        .containsExactly(tuple(2, 1));
  }

  @Test
  void nobodyIsLookedUpOnceTheCallerHasGone() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    BusinessClock slow =
        new BusinessClock() {
          @Override
          public Instant now() {
            begun.incrementAndGet();
            try {
              goOn.await();
            } catch (InterruptedException stopping) {
              Thread.currentThread().interrupt();
            }
            return NOW;
          }

          @Override
          public Instant at(Instant system) {
            return NOW;
          }
        };
    CallerLookup busy = new CallerLookup(customers, profiles, standings, steps, config, slow);
    try {
      int late = config.lookups() + 3;
      for (int i = 0; i < late; i++) {
        assertThat(busy.look("crm:late", null, Duration.ofNanos(1)).leftOut()).isNotEmpty();
      }
      int threads = begun.get();
      goOn.countDown();

      assertThat(busy.look("crm:nobody", null, Duration.ofMinutes(1)).leftOut()).isEmpty();
      assertThat(begun.get())
          .as("those who were waiting when their time was over were not begun")
          .isLessThanOrEqualTo(config.lookups() + 1)
          .isGreaterThan(threads);
    } finally {
      goOn.countDown();
      busy.stop();
    }
  }

  @Test
  void aWeightOfAnUnknownPartIsRefused() {
    given()
        .contentType(ContentType.JSON)
        .body(
            Map.of(
                "queue",
                "billing",
                "waitSeconds",
                0,
                "agents",
                List.of("anna"),
                "weights",
                Map.of("beauty", 1)))
        .post("/api/v1/route")
        .then()
        .statusCode(400)
        .body("detail", containsString("effect, match, value, state, service, fairness"));
  }

  private static Map<String, Object> with(Map<String, Object> given, Object... more) {
    Map<String, Object> all = new HashMap<>(given);
    for (int i = 0; i < more.length; i += 2) {
      all.put((String) more[i], more[i + 1]);
    }
    return all;
  }

  private static ValidatableResponse route(Map<String, Object> who) {
    Map<String, Object> request = new HashMap<>(who);
    request.put("queue", "billing");
    request.put("waitSeconds", 5);
    request.put("agents", List.of("anna", "berta"));
    return post("/api/v1/route", request);
  }

  private static ValidatableResponse report(Map<String, Object> outcome) {
    return post("/api/v1/call-tasks/outcomes", Map.of("outcomes", List.of(outcome)))
        .statusCode(200);
  }

  private static ValidatableResponse ended(Map<String, Object> call) {
    return post("/api/v1/route/outcomes", Map.of("calls", List.of(call))).statusCode(200);
  }

  private static ValidatableResponse post(String path, Object body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  private void happened(Person person, String name, Instant at) {
    String source = "route-" + run;
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    Event event =
        new Event(
            name + at,
            source,
            person.name(),
            name,
            EventKind.INTERACTION,
            at,
            at,
            false,
            1,
            null,
            null,
            "app",
            Map.of(),
            false);
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                return events.append(
                    connection,
                    List.of(
                        new EventStore.CustomerEvent(
                            person.customerId(), event, sources.idOf(source))));
              }
            });
  }
}
