package dev.holdfast.desk;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallQueue;
import dev.holdfast.campaign.Contactability;
import dev.holdfast.campaign.DeskTables;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.DoNotContact;
import dev.holdfast.campaign.OutcomeReport;
import dev.holdfast.campaign.Outcomes;
import dev.holdfast.customer.Customers;
import dev.holdfast.desk.Claims.Claim;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls in hand, on a real database, with many hands. */
@QuarkusTest
@TestSecurity(
    user = "anna",
    roles = {Roles.AGENT, Roles.RETENTION_LEAD})
class DeskTest {

  /** A Wednesday, 16:00 in Shanghai. */
  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  private static final int AGENTS = 8;

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject Claims claims;
  @Inject Agents agents;
  @Inject DeskUpkeep upkeep;
  @Inject DoNotContact doNotContact;
  @Inject CallQueue queue;
  @Inject Contactability contactability;
  @Inject Outcomes outcomes;
  @Inject Customers customers;
  @Inject AgentBoard board;
  @Inject BusinessClock clock;
  @Inject SystemClock system;

  private DeskTables tables;
  private long campaign;

  @BeforeEach
  void anEmptyQueue() throws SQLException {
    clocks.fix(NOW);
    tables = new DeskTables(database);
    tables.change("UPDATE call_task SET ready = FALSE, waiting_until = NULL WHERE 1 = 1");
    tables.change("UPDATE desk_claim SET open_marker = NULL WHERE 1 = 1");
    campaign = tables.campaign("desk-" + UUID.randomUUID(), NOW);
  }

  @Test
  void anAgentClaimsCallsAndSaysWhatCameOfIt() throws SQLException {
    Person person = tables.person(NOW);
    long task = tables.task(campaign, person, 0.8, NOW);

    int claim =
        given()
            .post("/api/v1/desk/tasks:claim")
            .then()
            .statusCode(201)
            .body("taskId", equalTo((int) task))
            .body("customer", equalTo(person.name()))
            .body("name", equalTo("王小明"))
            .body("state", equalTo("claimed"))
            .body("phone", nullValue())
            .extract()
            .path("id");
    given().post("/api/v1/desk/tasks:claim").then().statusCode(204);
    given()
        .get("/api/v1/desk/tasks/mine")
        .then()
        .body("", hasSize(1))
        .body("[0].id", equalTo(claim));

    given()
        .post("/api/v1/desk/tasks/{id}:call", claim)
        .then()
        .statusCode(200)
        .body("phone", equalTo(person.phone()));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("disposition", "no-answer"))
        .post("/api/v1/desk/tasks/{id}:complete", claim)
        .then()
        .statusCode(201)
        .body("taskState", equalTo("pending"));

    assertThat(tables.number("SELECT COUNT(*) FROM contact_attempt WHERE call_task_id = " + task))
        .isEqualTo(1);
    given()
        .get("/api/v1/desk/outcomes?from={from}", NOW.toString())
        .then()
        .statusCode(200)
        .body("no-answer", greaterThanOrEqualTo(1));
    given().get("/api/v1/desk/tasks/mine").then().body("", hasSize(0));
    given().post("/api/v1/desk/tasks:claim").then().statusCode(204);
    clocks.fix(NOW.plus(Duration.ofHours(16))); // 08:00 of the next day there
    given()
        .post("/api/v1/desk/tasks:claim")
        .then()
        .statusCode(201)
        .body("earlier.disposition", hasItem("no-answer"));
  }

  @Test
  void whoComesBackIsNotCalled() throws SQLException {
    long task = tables.task(campaign, tables.person(NOW), 0.8, NOW);
    Claim claim = claims.next("anna").orElseThrow();

    tables.change(
        "UPDATE call_task SET state = 'cancelled', finish_reason = 'returned' WHERE id = " + task);

    given()
        .get("/api/v1/desk/tasks/mine")
        .then()
        .body("[0].state", equalTo("gone"))
        .body("[0].gone", equalTo("returned"));
    given().post("/api/v1/desk/tasks/{id}:call", claim.id()).then().statusCode(410);
    given().get("/api/v1/desk/tasks/mine").then().body("", hasSize(0));
  }

  @Test
  void aPartyIsInOnePairOfHands() {
    Person person = tables.person(NOW);
    tables.task(campaign, person, 0.9, NOW);
    tables.task(tables.campaign("other-" + UUID.randomUUID(), NOW), person, 0.8, NOW);

    assertThat(claims.next("anna")).isPresent();
    assertThat(claims.next("berta")).isEmpty();
  }

  @Test
  void aReleasedOrSnoozedOrForgottenTaskReturns() throws SQLException {
    long task = tables.task(campaign, tables.person(NOW), 0.8, NOW);
    claims.release(claims.next("anna").orElseThrow().id(), "anna");
    Claim again = claims.next("berta").orElseThrow();
    assertThat(again.task().id()).isEqualTo(task);
    assertThatThrownBy(() -> claims.release(again.id(), "anna"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("no call");

    claims.snooze(again.id(), NOW.plus(Duration.ofHours(1)), "berta");
    assertThat(claims.next("anna")).isEmpty();
    clocks.fix(NOW.plus(Duration.ofHours(1)));
    Claim forgotten = claims.next("anna").orElseThrow();
    assertThat(claims.next("berta")).isEmpty();

    tables.change(
        "UPDATE desk_claim SET lease_until = '2020-01-01 00:00:00' WHERE id = " + forgotten.id());
    assertThat(claims.next("berta").orElseThrow().task().id()).isEqualTo(task);
    assertThatThrownBy(() -> claims.call(forgotten.id(), "anna")).hasMessageContaining("no call");
  }

  @Test
  void inTheMorningAllWakeAndTheFirstClaimGetsTheBest() throws SQLException {
    int tasks = 120;
    long best = 0;
    for (int i = 0; i < tasks; i++) {
      best = tables.task(campaign, tables.person(NOW), 0.4 + 0.004 * i, NOW);
    }
    tables.change(
        "UPDATE call_task SET ready = FALSE, waiting_until = '2026-03-11 07:59:59' WHERE"
            + " campaign_id = "
            + campaign);

    Claim first = claims.next("anna").orElseThrow();

    // A draw at random draws from those who are awake.
    assertThat(first.exploration() || first.task().id() == best).isTrue();
    assertThat(upkeep.sweep()).isEqualTo(tasks - 50);
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM call_task WHERE ready AND campaign_id = " + campaign))
        .isEqualTo(tasks - 1);
  }

  @Test
  void whomThePolicyForbidsIsPassedOverWithTheReasonOnRecord() throws SQLException {
    Person asleep = tables.person(NOW);
    tables.change("UPDATE party SET zone = 'America/Lima' WHERE id = " + asleep.partyId());
    long best = tables.task(campaign, asleep, 0.95, NOW);
    long next = tables.task(campaign, tables.person(NOW), 0.6, NOW);

    assertThat(claims.next("anna").orElseThrow().task().id()).isEqualTo(next);
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM contact_block WHERE stage = 'claim' AND rule = 'hours' AND"
                    + " call_task_id = "
                    + best))
        .isEqualTo(1);
    clocks.fix(Instant.parse("2026-03-11T13:00:00Z")); // 08:00 in Lima
    assertThat(claims.next("berta").orElseThrow().task().id()).isEqualTo(best);
  }

  @Test
  void aWishForNoContactAfterTheClaimIsHeardBeforeTheCall() {
    Person person = tables.person(NOW);
    tables.task(campaign, person, 0.8, NOW);
    Claim claim = claims.next("anna").orElseThrow();

    doNotContact.forbidParty(person.partyId(), "a letter", "test");

    given()
        .post("/api/v1/desk/tasks/{id}:call", claim.id())
        .then()
        .statusCode(410)
        .body("detail", equalTo("Nobody is to be called any more: do-not-contact."));
  }

  @Test
  void languagesAndSkillsDecideWhoGetsWhat() throws SQLException {
    long task = tables.task(campaign, tables.person(NOW), 0.8, NOW);
    tables.change("UPDATE call_task SET language = 'yue', skill = 'billing' WHERE id = " + task);
    assertThat(claims.next("anna")).isEmpty();

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("languages", List.of("zh", "yue"), "skills", List.of("billing")))
        .put("/api/v1/desk/agents/{name}", "anna")
        .then()
        .statusCode(200);
    try {
      assertThat(claims.next("anna").orElseThrow().task().id()).isEqualTo(task);
    } finally {
      agents.set(new Agents.Agent("anna", List.of(), List.of()), "test");
    }
  }

  @Test
  void shiftsGiveMinutesAndMinutesHaveAWorth() {
    for (int i = 0; i < 10; i++) {
      tables.task(campaign, tables.person(NOW), 0.8, NOW);
    }
    int shift =
        given()
            .contentType(ContentType.JSON)
            .body(
                Map.of(
                    "agent",
                    "anna",
                    "from",
                    NOW.minusSeconds(3_600).toString(),
                    "to",
                    NOW.plusSeconds(3_600).toString(),
                    "minutes",
                    100))
            .post("/api/v1/desk/shifts")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    try {
      given()
          .get("/api/v1/desk/plan")
          .then()
          .statusCode(200)
          .body("minutes", equalTo(50))
          .body("planned", equalTo(48));
      given().get("/api/v1/desk/shifts").then().body("id", hasItem(shift));
    } finally {
      given().delete("/api/v1/desk/shifts/{id}", shift).then().statusCode(204);
    }
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("agent", "anna", "from", NOW.toString(), "to", NOW.toString(), "minutes", 100))
        .post("/api/v1/desk/shifts")
        .then()
        .statusCode(400);
  }

  @Test
  void afterAWishForNoContactIsAcceptedNobodyIsCalled() throws Exception {
    AtomicInteger called = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    List<String> wrong = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Random random = new Random(200);
      for (int race = 0; race < 200; race++) {
        Person person = tables.person(NOW);
        long task = tables.task(campaign, person, 0.8, NOW);
        Claim claim = claims.next("racer").orElseThrow();
        assertThat(claim.task().id()).isEqualTo(task);
        CyclicBarrier start = new CyclicBarrier(2);
        int callerWaits = random.nextInt(3_000);
        int wishWaits = random.nextInt(3_000);
        Future<long[]> call =
            threads.submit(
                () -> {
                  start.await();
                  spin(callerWaits);
                  long began = System.nanoTime();
                  try {
                    claims.call(claim.id(), "racer");
                    return new long[] {began, 1};
                  } catch (Problem heard) {
                    return new long[] {began, 0};
                  }
                });
        Future<Long> wish =
            threads.submit(
                () -> {
                  start.await();
                  spin(wishWaits);
                  doNotContact.forbidParty(person.partyId(), "race", "test");
                  return System.nanoTime();
                });
        long[] began = call.get(60, TimeUnit.SECONDS);
        long accepted = wish.get(60, TimeUnit.SECONDS);
        if (began[1] == 1) {
          called.incrementAndGet();
          if (began[0] > accepted) {
            wrong.add("race " + race + ": called after the wish was accepted");
          }
        } else {
          refused.incrementAndGet();
        }
        long attempts =
            tables.number("SELECT COUNT(*) FROM contact_attempt WHERE call_task_id = " + task);
        if (attempts != began[1]) {
          wrong.add("race " + race + ": " + attempts + " attempts on record");
        }
        assertThat(claims.next("other")).as("race %d", race).isEmpty();
        tables.change("UPDATE desk_claim SET open_marker = NULL WHERE open_marker = 1");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(wrong).isEmpty();
    assertThat(called.get()).as("some calls must win, else nothing was raced").isPositive();
    assertThat(refused.get()).as("some wishes must win, else nothing was raced").isPositive();
  }

  private static void spin(int micros) {
    long end = System.nanoTime() + micros * 1_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void eightAgentsWithKillsCallEverybodyOnce() throws Exception {
    int tasks = 400;
    for (int i = 0; i < tasks; i++) {
      tables.task(campaign, tables.person(NOW), 0.4 + 0.5 * i / tasks, NOW);
    }
    Map<Long, String> completed = new ConcurrentHashMap<>();
    List<String> wrong = new ArrayList<>();
    AtomicInteger kills = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(AGENTS);
    try {
      List<Callable<Void>> shift = new ArrayList<>();
      for (int agent = 0; agent < AGENTS; agent++) {
        String name = "agent-" + agent;
        Random random = new Random(agent);
        shift.add(
            () -> {
              work(name, random, completed, wrong, kills);
              return null;
            });
      }
      for (Future<Void> one : threads.invokeAll(shift, 300, TimeUnit.SECONDS)) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(wrong).isEmpty();
    assertThat(completed).hasSize(tasks);
    assertThat(kills.get()).isPositive();
    String ours =
        " FROM desk_claim c JOIN call_task t ON t.id = c.call_task_id WHERE t.campaign_id = ";
    assertThat(
            tables.number("SELECT COUNT(*)" + ours + campaign + " AND c.end_reason = 'completed'"))
        .isEqualTo(tasks);
    assertThat(tables.number("SELECT COUNT(*)" + ours + campaign + " AND c.end_reason = 'expired'"))
        .as("each claim of the killed was recovered")
        .isPositive();
    assertThat(
            tables.number(
                "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM contact_attempt a JOIN call_task t"
                    + " ON t.id = a.call_task_id WHERE t.campaign_id = "
                    + campaign
                    + " GROUP BY a.party_id) x"))
        .isEqualTo(1);
  }

  /** Claims and completes until nothing is left; now and then dies with a task in hand. */
  private void work(
      String agent,
      Random random,
      Map<Long, String> completed,
      List<String> wrong,
      AtomicInteger kills)
      throws SQLException {
    int idle = 0;
    while (idle < 20) {
      Optional<Claim> next = random.nextInt(20) == 0 ? killed(agent, kills) : claims.next(agent);
      if (next.isEmpty()) {
        idle++;
        continue;
      }
      idle = 0;
      Claim claim = next.get();
      if (random.nextInt(10) == 0) {
        kills.incrementAndGet();
        tables.change(
            "UPDATE desk_claim SET lease_until = '2020-01-01 00:00:00' WHERE id = " + claim.id());
        continue;
      }
      claims.call(claim.id(), agent);
      claims.complete(
          claim.id(), new OutcomeReport(Disposition.REACHED, null, null, null, null), agent);
      String other = completed.put(claim.task().id(), agent);
      if (other != null) {
        synchronized (wrong) {
          wrong.add("task " + claim.task().id() + " was called by " + other + " and " + agent);
        }
      }
    }
  }

  /** A replica that dies before it commits: the claim never was. */
  private Optional<Claim> killed(String agent, AtomicInteger kills) {
    try {
      QuarkusTransaction.requiringNew()
          .run(
              () -> {
                claims.next(agent);
                throw new IllegalStateException("killed");
              });
    } catch (IllegalStateException expected) {
      kills.incrementAndGet();
    }
    return claims.next(agent);
  }

  @Test
  void theOrderIsThatOfPriorityButForTheDraws() {
    List<Long> byRisk = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byRisk.add(0, tables.task(campaign, tables.person(NOW), 0.5 + 0.01 * i, NOW));
    }
    List<Long> left = new ArrayList<>(byRisk);
    int draws = 0;
    while (!left.isEmpty()) {
      Claim claim = claims.next("anna").orElseThrow();
      if (claim.exploration()) {
        draws++;
        assertThat(claim.propensity()).isBetween(0.1 / 40, 0.1);
      } else {
        assertThat(claim.task().id()).isEqualTo(left.get(0));
        assertThat(claim.propensity()).isGreaterThanOrEqualTo(0.9);
      }
      left.remove(claim.task().id());
      claims.complete(
          claim.id(), new OutcomeReport(Disposition.SOLVED, null, null, null, null), "anna");
    }
    assertThat(draws).isLessThan(20);
  }

  @Test
  void ofTheBestTasksAnAgentGetsTheOneThatIsWorthMostInItsHands() throws SQLException {
    String run = UUID.randomUUID().toString().substring(0, 8);
    String first = "first-" + run;
    String second = "second-" + run;
    List<String> both = List.of(first, second);
    agents.set(new Agents.Agent("good-at-" + first, List.of(), both), "test");
    agents.set(new Agents.Agent("good-at-" + second, List.of(), both), "test");
    long better = tables.task(campaign, tables.person(NOW), 0.65, NOW);
    long other = tables.task(campaign, tables.person(NOW), 0.6, NOW);
    tables.change("UPDATE call_task SET skill = '" + first + "' WHERE id = " + better);
    tables.change("UPDATE call_task SET skill = '" + second + "' WHERE id = " + other);
    try {
      for (String good : both) {
        for (String skill : both) {
          tables.change(
              "INSERT INTO call_tally (day, agent, hour, skill, reason, disposition, inbound,"
                  + " calls, kept, timed, seconds) VALUES ('2026-01-15', 'good-at-"
                  + good
                  + "', 10, '"
                  + skill
                  + "', '', '"
                  + (good.equals(skill) ? "accepted" : "refused")
                  + "', FALSE, 40, 0, 0, 0)");
        }
      }
      board.forget();
      board.refresh();

      assertThat(next(claims(false), "good-at-" + second)).isEqualTo(better);
      assertThat(next(claims(true), "good-at-" + second)).isEqualTo(other);
      assertThat(next(claims(true), "good-at-" + first)).isEqualTo(better);
    } finally {
      tables.change("DELETE FROM call_tally WHERE skill IN ('" + first + "', '" + second + "')");
      board.forget();
      board.refresh();
    }
  }

  /** The task that comes next for an agent, who gives it back. */
  private static long next(Claims from, String agent) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Claim claim = from.next(agent).orElseThrow();
              from.release(claim.id(), agent);
              return claim.task().id();
            });
  }

  /** Claims of which none is drawn at random. */
  private Claims claims(boolean byEffect) {
    DeskConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(DeskConfig.class)
            .withDefaultValue("holdfast.desk.order-by-effect", Boolean.toString(byEffect))
            .withDefaultValue("holdfast.desk.exploration", "0")
            .build()
            .getConfigMapping(DeskConfig.class);
    return new Claims(
        database, queue, contactability, outcomes, customers, agents, board, config, clock, system);
  }
}
