package dev.holdfast.effect.report;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignEffect;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.EffectFrom;
import dev.holdfast.customer.Erasures;
import dev.holdfast.effect.BlindTrial;
import dev.holdfast.effect.CallComparison.Association;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Money;
import dev.holdfast.effect.PerReached;
import dev.holdfast.effect.Verdict;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.testsupport.TestModel;
import dev.holdfast.training.uplift.CampaignUplift;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Effects of campaigns on the real database. Usual gaps of seven days, so a horizon of 21. */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.RETENTION_LEAD})
class EffectReportTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration TO_THE_END = Duration.ofDays(61);

  @Inject DataSource database;
  @Inject EffectReports reports;
  @Inject LedgerRows ledger;
  @Inject BlindTrials trials;
  @Inject CampaignUplift uplift;
  @Inject ModelRegistry models;
  @Inject EventStore events;
  @Inject Sources sources;
  @Inject CustomerStates states;
  @Inject BusinessClocks clocks;
  @Inject Erasures erasures;

  private final String test = UUID.randomUUID().toString().substring(0, 8);
  private String source = "effect-" + test;
  private final List<EventStore.CustomerEvent> happened = new ArrayList<>();
  private int sequence;
  private long campaign;

  @BeforeEach
  void aCampaignRuns() throws SQLException {
    TestModel.promote(models);
    clocks.fix(START.plus(TO_THE_END));
    sources.declare(source, Cadence.DAILY, Duration.ofDays(2));
    sources.completeThrough(source, START.plus(TO_THE_END));
    campaign = campaign("effect " + test);
  }

  @Test
  void customersWhoStayBecauseTheyWereAssignedToTheTreatmentAreSaved() throws SQLException {
    // 60 of 350 treated leave and 160 of 350 held out; half of the treated are reached.
    for (int i = 0; i < 700; i++) {
      boolean treated = i % 2 == 0;
      boolean stays = treated ? i / 2 >= 60 : i / 2 >= 160;
      long customer = customer(i % 4 < 2 ? "basic" : "plus");
      use(customer, START.minus(Duration.ofDays(9)), false);
      if (stays) {
        use(customer, START.plus(Duration.ofDays(50)), false);
      } else if (treated && i / 2 < 20) {
        // Looks in because of the call, and is gone all the same.
        use(customer, START.plus(Duration.ofDays(45)), true);
      }
      long episode = assign(customer, treated, START.plusSeconds(i));
      if (treated) {
        call(episode, i / 2 % 2 == 0 ? "accepted" : "no-answer", i / 2 % 3 == 0 ? "ann" : "bob");
      }
    }
    store();

    EffectReport report = reports.of(campaign, EffectReports.Query.newest());

    assertThat(report.counts().assigned()).isEqualTo(700);
    assertThat(report.counts().matured()).isEqualTo(700);
    assertThat(report.counts().reached()).isEqualTo(175);
    Difference all = Objects.requireNonNull(report.measurement().soFar());
    // Those who looked in because of the call count as there, and are told apart.
    assertThat(all.treated().churned()).isEqualTo(40);
    assertThat(all.heldOut().churned()).isEqualTo(160);
    assertThat(all.effect().value()).isEqualTo(120 / 350.0, within(1e-9));
    assertThat(Objects.requireNonNull(report.withoutInduced()).treated().churned()).isEqualTo(60);
    assertThat(report.measurement().planned()).as("fewer than planned").isNull();
    assertThat(report.measurement().verdict().kind()).isEqualTo(Verdict.Kind.SAVED);
    assertThat(report.words()).startsWith("saved ").endsWith("(estimated; nobody in particular)");
    PerReached perReached = Objects.requireNonNull(report.perReached());
    assertThat(perReached.reachedShare()).isEqualTo(0.5);
    Money money = Objects.requireNonNull(report.money());
    // 120 stayed more, 200 each; 350 calls of 1 and 175 offers of 10.
    assertThat(money.margin().value()).isEqualTo(24_000, within(1e-6));
    assertThat(money.cost()).isEqualTo(350 + 1_750, within(1e-9));
    assertThat(report.slices()).hasSize(1);
    EffectReport byPlan = reports.of(campaign, new EffectReports.Query(null, null, null, "plan"));
    assertThat(byPlan.slices())
        .extracting(EffectReport.Slice::value)
        .containsExactly("basic", "plus");
    assertThat(byPlan.slices()).allMatch(EffectReport.Slice::stands);
    assertThat(byPlan.plan().fixedAt()).isEqualTo(report.plan().fixedAt());
    assertThat(report.plan().late()).as("nobody looked before outcomes were there").isTrue();
    assertThat(report.notes()).singleElement().asString().contains("plan was fixed when");
    assertThat(byPlan.notes()).anyMatch(note -> note.contains("profile as it is today"));

    CampaignEffect learnt = uplift.learn(campaign, 1);
    assertThat(learnt.used())
        .as("proven, and too few to tell customers apart")
        .isEqualTo(EffectFrom.AVERAGE);
    assertThat(learnt.average()).isEqualTo(120 / 350.0, within(1e-9));
    assertThat(learnt.evidence().treated()).isEqualTo(350);

    given()
        .queryParam("segment", "plan")
        .get("/api/v1/campaigns/{id}/effect", campaign)
        .then()
        .statusCode(200)
        .body("words", startsWith("saved "))
        .body("measurement.verdict.kind", equalTo("saved"))
        .body("slices.value", hasItem("plus"));
    given()
        .get("/api/v1/effects")
        .then()
        .statusCode(200)
        .body("campaignId", hasItem((int) campaign))
        .body("find { it.campaignId == " + campaign + " }.stands", equalTo(true));
    given()
        .contentType("application/json")
        .body("{\"name\": \"clone of " + test + "\"}")
        .post("/api/v1/campaigns/{id}:clone", campaign)
        .then()
        .statusCode(201)
        .body("state", equalTo("draft"))
        .body("holdOutShare", equalTo(0.2f))
        .body("evidence.verdict", equalTo("saved"))
        .body("evidence.words", equalTo(report.words()))
        .body("evidence.matured", equalTo(700));
    given()
        .get("/api/v1/campaigns/{id}/call-comparison", campaign)
        .then()
        .statusCode(200)
        .body("reached.calls", equalTo(350))
        .body("reached.succeeded", equalTo(175));
    assertThat(reports.calls(campaign, null).reached().associations())
        .extracting(Association::trait)
        .contains("agent")
        .doesNotContain("disposition");
  }

  @Test
  void whoCannotBeJudgedIsCountedAndNobodyIsJudgedEarly() throws SQLException {
    for (int i = 0; i < 120; i++) {
      long customer = customer("basic");
      use(customer, START.minus(Duration.ofDays(9)), false);
      assign(customer, i % 2 == 0, START);
      if (i < 4) {
        event(customer, "suspended", EventKind.STATUS, START.plus(Duration.ofDays(20)), false);
      }
    }
    // Later than the others, again, of somebody who is erased, and without a lot.
    long late = customer("basic");
    use(late, START.minus(Duration.ofDays(9)), false);
    assign(late, true, START.plus(Duration.ofDays(30)));
    assign(late, true, START.plus(Duration.ofDays(45)));
    long erased = customer("basic");
    use(erased, START.minus(Duration.ofDays(9)), false);
    assign(erased, false, START);
    long certain = customer("basic");
    assign(certain, true, START, 1.0);
    store();
    reports.watch(ledger.campaign(campaign).orElseThrow());
    EffectReport before = reports.of(campaign, EffectReports.Query.newest());
    assertThat(before.counts().assigned()).isEqualTo(122);
    assertThat(before.counts().matured()).isEqualTo(117);

    erasures.erase("effect:" + test + "-" + erased, "asked to", null, "test");

    EffectReport report = reports.of(campaign, EffectReports.Query.newest());
    assertThat(report.plan().parties()).isEqualTo(before.plan().parties());
    assertThat(report.plan().fixedAt()).isEqualTo(before.plan().fixedAt());
    assertThat(report.ratios())
        .as("the arms stay as they were drawn")
        .contains(before.ratios().get(0));
    assertThat(report.counts().assigned()).isEqualTo(122);
    assertThat(report.counts().matured()).isEqualTo(116);
    assertThat(report.counts().immature()).isEqualTo(1);
    assertThat(report.counts().unknownTreated()).isEqualTo(2);
    assertThat(report.counts().unknownHeldOut()).isEqualTo(2);
    assertThat(report.counts().erasedHeldOut()).isEqualTo(1);
    assertThat(report.counts().notRandomised()).isEqualTo(1);
    assertThat(report.words()).startsWith("not yet known, and no date");
    EffectReport.Silence silence = Objects.requireNonNull(report.silence());
    // All 58 and 58 judged churned; 2 of 60 and 3 of 61 say nothing.
    assertThat(silence.treatedShare()).isEqualTo(2 / 60.0, within(1e-12));
    assertThat(silence.heldOutShare()).isEqualTo(3 / 61.0, within(1e-12));
    assertThat(silence.low()).isEqualTo(58 / 61.0 - 1, within(1e-12));
    assertThat(silence.high()).isEqualTo(1 - 58 / 60.0, within(1e-12));
    // Costs and margins mean nothing before there is a verdict.
    assertThat(report.money()).isNull();

    state("running");
    try {
      EffectReport running = reports.of(campaign, EffectReports.Query.newest());
      assertThat(Objects.requireNonNull(running.measurement().verdict().expectedBy()))
          .isAfter(START.plus(TO_THE_END));
      EffectReports.Query past =
          new EffectReports.Query(1, START, START.plus(Duration.ofDays(40)), null);
      assertThat(reports.of(campaign, past).measurement().verdict().expectedBy())
          .as("nobody is added to a past period")
          .isNull();
      assertThat(reports.of(campaign, past).notes()).anyMatch(note -> note.contains("period"));
    } finally {
      state("ended");
    }
  }

  @Test
  void nothingIsKnownBeforeTheSourceHasReportedIt() throws SQLException {
    source = "behind-" + test;
    sources.declare(source, Cadence.DAILY, Duration.ofDays(2));
    sources.completeThrough(source, START.plus(Duration.ofDays(59)));
    for (int i = 0; i < 8; i++) {
      long customer = customer("basic");
      use(customer, START.minus(Duration.ofDays(9)), false);
      assign(customer, i % 2 == 0, START);
    }
    store();

    EffectReport early = reports.of(campaign, EffectReports.Query.newest());

    assertThat(early.counts().matured()).isZero();
    assertThat(early.counts().immature()).isEqualTo(8);
    assertThat(early.measurement().soFar()).isNull();
    sources.completeThrough(source, START.plus(TO_THE_END));
    assertThat(reports.of(campaign, EffectReports.Query.newest()).counts().matured()).isEqualTo(8);
  }

  @Test
  void thePlanIsFixedByTheFirstHundredWhoeverLooksAndWhen() throws SQLException {
    clocks.fix(START.plus(Duration.ofDays(1)));
    for (int i = 0; i < 130; i++) {
      if (i == 1) {
        store();
        assertThat(reports.of(campaign, EffectReports.Query.newest()).plan().fixedAt()).isNull();
      }
      assign(customer("basic"), i % 2 == 0, START.plusSeconds(i), 0.5, i < 100 ? 0.4 : 0.9);
    }

    // Nobody looks.
    clocks.fix(START.plus(Duration.ofDays(2)));
    reports.watch(ledger.campaign(campaign).orElseThrow());
    clocks.fix(START.plus(Duration.ofDays(3)));
    EffectReport.PlanView fixed = reports.of(campaign, EffectReports.Query.newest()).plan();

    assertThat(fixed.baseChurn()).isEqualTo(0.4, within(1e-9));
    assertThat(fixed.fixedAt()).isEqualTo(START.plus(Duration.ofDays(2)));
    assertThat(fixed.late()).isFalse();
    clocks.fix(START.plus(TO_THE_END));
    assertThat(reports.of(campaign, EffectReports.Query.newest()).plan().fixedAt())
        .isEqualTo(fixed.fixedAt());
  }

  @Test
  void whatWasReadWhenThePlanWasReachedStaysAsItWas() throws SQLException {
    plan(0.4, 0.3);
    List<Long> gone = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      long customer = customer("basic");
      use(customer, START.minus(Duration.ofDays(9)), false);
      if (i % 2 == 0) {
        use(customer, START.plus(Duration.ofDays(50)), false);
      } else {
        gone.add(customer);
      }
      assign(customer, i % 4 < 2, START.plusSeconds(i));
    }
    store();
    reports.watch(ledger.campaign(campaign).orElseThrow());
    clocks.fix(START.plus(TO_THE_END).plus(Duration.ofHours(1)));
    EffectReport read = reports.of(campaign, EffectReports.Query.newest());
    Difference planned = Objects.requireNonNull(read.measurement().planned());
    assertThat(planned.treated().parties() + planned.heldOut().parties()).isEqualTo(58);
    assertThat(read.plan().readAt()).isEqualTo(START.plus(TO_THE_END));
    assertThat(read.words()).startsWith("no effect found");

    // Reported late: half of those who seemed gone, all of them treated, were there.
    happened.clear();
    for (int i = 0; i < gone.size(); i += 2) {
      use(gone.get(i), START.plus(Duration.ofDays(51)), false);
    }
    store();
    clocks.fix(START.plus(TO_THE_END).plus(Duration.ofDays(1)));
    EffectReport later = reports.of(campaign, EffectReports.Query.newest());

    assertThat(later.measurement().planned()).isEqualTo(planned);
    assertThat(later.plan().readAt()).isEqualTo(read.plan().readAt());
    assertThat(Objects.requireNonNull(later.measurement().soFar()).treated().churned())
        .isLessThan(Objects.requireNonNull(read.measurement().soFar()).treated().churned());
  }

  @Test
  void whatIsKeptSaysWhatTheEventsSayWhateverArrivesLate() throws SQLException {
    Random random = new Random(7);
    List<Long> customers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long customer = customer(i % 3 == 0 ? "plus" : "basic");
      customers.add(customer);
      use(customer, START.minus(Duration.ofDays(9 + i % 20)), false);
      assign(customer, i % 2 == 0, START.plus(Duration.ofHours(random.nextInt(300))));
    }
    store();
    Duration reported = TO_THE_END;
    int forgotten = 0;
    for (int step = 0; step < 80; step++) {
      switch (random.nextInt(8)) {
        case 0 -> clocks.fix(START.plus(Duration.ofDays(random.nextInt(110))));
        case 1 -> {
          reported = reported.plus(Duration.ofDays(random.nextInt(8)));
          sources.completeThrough(source, START.plus(reported));
        }
        case 2 -> join(customers.get(random.nextInt(60)), customers.get(random.nextInt(60)));
        case 3 -> {
          if (step % 4 == 0) {
            erasures.erase(
                name(customers.get(random.nextInt(60))),
                "asked to",
                Erasures.Scope.CUSTOMER,
                "test");
          }
        }
        case 4, 5 -> reports.watch(ledger.campaign(campaign).orElseThrow());
        default -> {
          int before = kept();
          for (int i = 0; i < 6; i++) {
            anything(customers.get(random.nextInt(60)), random);
          }
          append();
          forgotten += before - kept();
        }
      }
      assertThat(reports.of(campaign, EffectReports.Query.newest()))
          .as("step %d", step)
          .isEqualTo(measuredAnew());
    }
    assertThat(forgotten).as("outcomes that were changed by what came late").isPositive();
    assertThat(kept()).isPositive();
  }

  @Test
  void anOutcomeIsForgottenForTheEventsItRestsOnAndForNoOthers() throws SQLException {
    long matured = customer("basic");
    long open = customer("basic");
    for (long customer : List.of(matured, open)) {
      use(customer, START.minus(Duration.ofDays(9)), false);
    }
    assign(matured, true, START);
    assign(open, false, START.plus(Duration.ofDays(30)));
    store();
    reports.watch(ledger.campaign(campaign).orElseThrow());
    assertThat(kept()).isEqualTo(2);

    use(matured, START.plus(Duration.ofDays(60)).plusSeconds(1), false);
    use(open, START.plus(Duration.ofDays(31)), false);
    append();
    assertThat(kept()).as("later than what they rest on").isEqualTo(2);

    use(open, START.plus(Duration.ofDays(29)), false);
    append();
    assertThat(kept()).as("one has another horizon perhaps").isEqualTo(1);
    use(matured, START.plus(Duration.ofDays(60)), false);
    append();
    assertThat(kept()).as("one stayed after all").isZero();
    assertThat(reports.of(campaign, EffectReports.Query.newest())).isEqualTo(measuredAnew());
  }

  @Test
  void nothingIsKeptOfAHistoryThatIsBeingWritten() throws Exception {
    long customer = customer("basic");
    use(customer, START.minus(Duration.ofDays(9)), false);
    assign(customer, true, START);
    store();
    use(customer, START.plus(Duration.ofDays(50)), false);

    QuarkusTransaction.begin();
    try (Connection connection = database.getConnection()) {
      states.lock(List.of(customer));
      events.append(connection, happened);
      CompletableFuture.runAsync(() -> reports.watch(ledger.campaign(campaign).orElseThrow()))
          .get(60, TimeUnit.SECONDS);
      assertThat(kept()).as("whoever keeps waits for nobody").isZero();
    } finally {
      QuarkusTransaction.commit();
    }
    happened.clear();
    reports.watch(ledger.campaign(campaign).orElseThrow());

    assertThat(kept()).isEqualTo(1);
    EffectReport report = reports.of(campaign, EffectReports.Query.newest());
    assertThat(report.counts().matured()).isEqualTo(1);
    assertThat(report).isEqualTo(measuredAnew());
  }

  @Test
  void anOutcomeOfOtherDaysIsMeasuredAnewAndReplaced() throws SQLException {
    long customer = customer("basic");
    use(customer, START.minus(Duration.ofDays(9)), false);
    assign(customer, true, START);
    store();
    reports.watch(ledger.campaign(campaign).orElseThrow());
    changeKept("days = 30, label = 'unknown', without_induced = 'unknown'");

    assertThat(reports.of(campaign, EffectReports.Query.newest()).counts().matured()).isEqualTo(1);
    reports.watch(ledger.campaign(campaign).orElseThrow());

    changeKept("without_induced = IF(days = 60, 'unknown', label)");
    assertThat(reports.of(campaign, EffectReports.Query.newest()).withoutInduced())
        .as("read from the row that was replaced")
        .isNull();
    assertThat(reports.of(campaign, EffectReports.Query.newest()).counts().matured()).isEqualTo(1);
  }

  @Test
  void aMonthWhoseArmsAreNotAsDrawnHidesTheWhole() throws SQLException {
    for (int i = 0; i < 80; i++) {
      long customer = customer("basic");
      use(customer, START.minus(Duration.ofDays(9)), false);
      boolean march = i < 40;
      assign(customer, march == i % 40 < 35, march ? START : START.plus(Duration.ofDays(31)));
    }
    store();

    EffectReport report = reports.of(campaign, EffectReports.Query.newest());

    assertThat(report.ratios().get(0).ratio().fails()).as("40 of 80").isFalse();
    assertThat(report.words()).startsWith("hidden, month 2026-03: 35 of 40 parties");
    assertThat(report.measurement().soFar()).isNull();
    assertThat(report.withoutInduced()).isNull();
  }

  @Test
  void aCorrectedOutcomeCountsOnceAndForTheAttempt() throws SQLException {
    long customer = customer("basic");
    use(customer, START.minus(Duration.ofDays(9)), false);
    long task = call(assign(customer, true, START), "accepted", "lead");
    store();
    attempt(task, "ann", START.plus(Duration.ofHours(2)), "no-answer");
    correct(task, "refused");

    List<LedgerRows.Attempt> attempts = ledger.attempts(campaign, 1);

    assertThat(attempts)
        .extracting(LedgerRows.Attempt::disposition)
        .containsExactly(Disposition.REFUSED, Disposition.ACCEPTED);
    assertThat(attempts.get(0).agent()).isEqualTo("ann");
    assertThat(attempts.get(0).at()).isEqualTo(START.plus(Duration.ofHours(2)));
    assertThat(reports.calls(campaign, 1).reached().calls()).as("one task").isEqualTo(1);
  }

  @Test
  void numbersAreHiddenWhenTheArmsAreNotAsTheLotDrewThem() throws SQLException {
    for (int i = 0; i < 500; i++) {
      long customer = customer("basic");
      use(customer, START.minus(Duration.ofDays(9)), false);
      assign(customer, i < 300, START);
    }
    store();

    EffectReport report = reports.of(campaign, EffectReports.Query.newest());

    assertThat(report.measurement().verdict().kind()).isEqualTo(Verdict.Kind.HIDDEN);
    assertThat(report.money()).isNull();
    assertThat(report.perReached()).isNull();
    assertThat(report.ratios().get(0).ratio().fails()).isTrue();
    assertThat(report.slices()).allMatch(slice -> slice.effect() == null);
    given()
        .get("/api/v1/campaigns/{id}/effect", campaign)
        .then()
        .statusCode(200)
        .body("words", startsWith("hidden: "))
        .body("measurement.soFar", nullValue());
  }

  @Test
  void aCampaignThatDoesNotExistHasNoEffect() {
    given().get("/api/v1/campaigns/{id}/effect", 999_999_999).then().statusCode(404);
    given()
        .queryParam("run", 2)
        .get("/api/v1/campaigns/{id}/effect", campaign)
        .then()
        .statusCode(404);
    given()
        .queryParam("from", "2026-03-02T00:00:00Z")
        .queryParam("to", "2026-03-01T00:00:00Z")
        .get("/api/v1/campaigns/{id}/effect", campaign)
        .then()
        .statusCode(400);
  }

  @Test
  void theLedgersCustomersMayBeDealtBlindly() throws SQLException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      long customer = customer("basic");
      names.add(name(customer));
      for (int day = -300; day < 0; day += 7) {
        use(customer, START.plus(Duration.ofDays(day)), false);
      }
      // Five, since each customer is looked at in one of six months by its number.
      if (i % 5 != 0) {
        for (int day = 0; day < 60; day += 7) {
          use(customer, START.plus(Duration.ofDays(day)), false);
        }
      }
      if (i == 5) {
        assign(customer, true, START.minus(Duration.ofDays(250)));
      }
    }
    store();

    BlindTrial trial = trials.run(new BlindTrials.Request(names, 0, 0.5, 50, 1), line -> {});

    assertThat(trial.parties()).as("one was contacted").isEqualTo(239);
    assertThat(trial.churned()).isPositive();
    assertThat(trial.proven()).isLessThanOrEqualTo(6);
    assertThatThrownBy(
            () ->
                trials.run(
                    new BlindTrials.Request(names.subList(0, 50), 0, 0.5, 50, 1), line -> {}))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("100");
  }

  private long campaign(String name) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO campaign (name, state, enter_threshold, leave_threshold,"
                    + " hold_out_share, cool_down_days, capacity_minutes, intake, customer_value,"
                    + " offer_cost, contact_cost, minutes_per_call, salt, run, created_at,"
                    + " created_by) VALUES (?, 'ended', 0.6, 0.5, 0.5, 30, 480, 50, 200, 10, 1, 8,"
                    + " UNHEX('000102030405060708090A0B0C0D0E0F'), 1, ?, 'test') RETURNING id")) {
      insert.setString(1, name);
      SqlTime.set(insert, 2, START);
      return id(insert);
    }
  }

  private long customer(String plan) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement party =
            connection.prepareStatement(
                "INSERT INTO party (created_at) VALUES ('2025-01-01') RETURNING id");
        PreparedStatement customer =
            connection.prepareStatement(
                "INSERT INTO customer (party_id, profile, created_at) VALUES (?, ?, '2025-01-01')"
                    + " RETURNING id");
        PreparedStatement named =
            connection.prepareStatement(
                "INSERT INTO customer_identifier (namespace, value, valid_from, customer_id)"
                    + " VALUES ('effect', ?, '2025-01-01', ?)")) {
      customer.setLong(1, id(party));
      customer.setString(2, "{\"plan\":\"" + plan + "\"}");
      long id = id(customer);
      named.setString(1, test + "-" + id);
      named.setLong(2, id);
      named.executeUpdate();
      return id;
    }
  }

  private String name(long customer) {
    return "effect:" + test + "-" + customer;
  }

  private long assign(long customer, boolean treated, Instant at) throws SQLException {
    return assign(customer, treated, at, 0.5);
  }

  private long assign(long customer, boolean treated, Instant at, double share)
      throws SQLException {
    return assign(customer, treated, at, share, 0.4);
  }

  private long assign(long customer, boolean treated, Instant at, double share, double risk)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement episode =
            connection.prepareStatement(
                "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk,"
                    + " model_id, arm, opened_at, closed_at) SELECT ?, 1, COALESCE((SELECT party_id"
                    + " FROM customer WHERE id = ?), ?), ?, 'crossing', ?, ?, ?, ?, ?"
                    + " RETURNING id");
        PreparedStatement ledger =
            connection.prepareStatement(
                "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                    + " treatment_share, assigned_at) SELECT id, campaign_id, run, party_id,"
                    + " customer_id, arm, ?, opened_at FROM episode WHERE id = ?")) {
      episode.setLong(1, campaign);
      episode.setLong(2, customer);
      episode.setLong(3, customer);
      episode.setLong(4, customer);
      episode.setDouble(5, risk);
      episode.setInt(6, models.champion().orElseThrow().id());
      episode.setString(7, treated ? "treatment" : "hold-out");
      SqlTime.set(episode, 8, at);
      SqlTime.set(episode, 9, at.plus(Duration.ofDays(1)));
      long id = id(episode);
      ledger.setDouble(1, share);
      ledger.setLong(2, id);
      ledger.executeUpdate();
      return id;
    }
  }

  private void state(String state) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE campaign SET state = ? WHERE id = ?")) {
      update.setString(1, state);
      update.setLong(2, campaign);
      update.executeUpdate();
    }
  }

  private void plan(double baseChurn, double smallestEffect) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO effect_plan (campaign_id, run, base_churn, smallest_effect,"
                    + " treatment_share, fixed_at) VALUES (?, 1, ?, ?, 0.5, ?)")) {
      insert.setLong(1, campaign);
      insert.setDouble(2, baseChurn);
      insert.setDouble(3, smallestEffect);
      SqlTime.set(insert, 4, START);
      insert.executeUpdate();
    }
  }

  private void attempt(long task, String agent, Instant at, String disposition)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement attempt =
            connection.prepareStatement(
                "INSERT INTO contact_attempt (party_id, call_task_id, channel, at, actor)"
                    + " SELECT party_id, id, 'phone', ?, ? FROM call_task WHERE id = ?"
                    + " RETURNING id");
        PreparedStatement outcome =
            connection.prepareStatement(
                "INSERT INTO outcome (call_task_id, attempt_id, disposition, recorded_at,"
                    + " recorded_by) VALUES (?, ?, ?, ?, ?)")) {
      SqlTime.set(attempt, 1, at);
      attempt.setString(2, agent);
      attempt.setLong(3, task);
      outcome.setLong(1, task);
      outcome.setLong(2, id(attempt));
      outcome.setString(3, disposition);
      SqlTime.set(outcome, 4, at.plusSeconds(300));
      outcome.setString(5, agent);
      outcome.executeUpdate();
    }
  }

  /** Corrects the last outcome of a task, a day later and by somebody else. */
  private void correct(long task, String disposition) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement outcome =
            connection.prepareStatement(
                "INSERT INTO outcome (call_task_id, attempt_id, disposition, recorded_at,"
                    + " recorded_by, supersedes) SELECT call_task_id, attempt_id, ?,"
                    + " recorded_at + INTERVAL 1 DAY, 'lead', id FROM outcome"
                    + " WHERE call_task_id = ? ORDER BY id DESC LIMIT 1")) {
      outcome.setString(1, disposition);
      outcome.setLong(2, task);
      outcome.executeUpdate();
    }
  }

  private long call(long episode, String disposition, String agent) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement task =
            connection.prepareStatement(
                "INSERT INTO call_task (campaign_id, episode_id, party_id, customer_id, state,"
                    + " risk, reasons, created_at) SELECT campaign_id, id, party_id, customer_id,"
                    + " 'done', risk, '[\"no use for 9 days\"]', opened_at FROM episode"
                    + " WHERE id = ? RETURNING id");
        PreparedStatement outcome =
            connection.prepareStatement(
                "INSERT INTO outcome (call_task_id, disposition, recorded_at, recorded_by)"
                    + " VALUES (?, ?, ?, ?)")) {
      task.setLong(1, episode);
      long called = id(task);
      outcome.setLong(1, called);
      outcome.setString(2, disposition);
      SqlTime.set(outcome, 3, START.plus(Duration.ofHours(5)));
      outcome.setString(4, agent);
      outcome.executeUpdate();
      return called;
    }
  }

  private static long id(PreparedStatement insert) throws SQLException {
    try (ResultSet row = insert.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void use(long customer, Instant at, boolean induced) {
    event(customer, "login", EventKind.USAGE, at, induced);
  }

  private void event(long customer, String name, EventKind kind, Instant at, boolean induced) {
    Event event =
        new Event(
            "e" + sequence++,
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
            induced ? Map.of("induced", true) : Map.of(),
            false);
    happened.add(new EventStore.CustomerEvent(customer, event, sources.idOf(source)));
  }

  /** Stores the events and brings the states of their customers up to date, as the stream does. */
  private void store() {
    happened.sort(Comparator.comparing(one -> one.event().occurredAt()));
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                events.append(connection, happened);
              }
              Map<Long, CustomerState> locked =
                  states.lock(
                      happened.stream()
                          .map(EventStore.CustomerEvent::customerId)
                          .distinct()
                          .toList());
              for (EventStore.CustomerEvent one : happened) {
                CustomerState state = Objects.requireNonNull(locked.get(one.customerId()));
                state.activity().apply(one.event());
                state.usageReportedBy(one.sourceId());
              }
              states.save(locked.values());
              return true;
            });
  }

  /** Stores the events alone: what is late changes no state that matters here. */
  private void append() {
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                states.lock(
                    happened.stream()
                        .map(EventStore.CustomerEvent::customerId)
                        .distinct()
                        .toList());
                return events.append(connection, happened);
              }
            });
    happened.clear();
  }

  /** Any event from before the first assignment to after the last maturity. */
  private void anything(long customer, Random random) {
    Instant at = START.plus(Duration.ofHours(random.nextInt(24 * 140) - 24L * 40));
    switch (random.nextInt(5)) {
      case 0 -> event(customer, "suspended", EventKind.STATUS, at, false);
      case 1 -> event(customer, "resumed", EventKind.STATUS, at, false);
      case 2 -> use(customer, at, true);
      default -> use(customer, at, false);
    }
  }

  /** The party of one customer becomes that of another too. */
  private void join(long customer, long other) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE customer c JOIN customer o ON o.id = ? SET c.party_id = o.party_id WHERE"
                    + " c.id = ?")) {
      update.setLong(1, other);
      update.setLong(2, customer);
      update.executeUpdate();
    }
  }

  /** The report as it is when nothing was kept. */
  private EffectReport measuredAnew() throws SQLException {
    changeKept("rules = rules + 1000");
    try {
      return reports.of(campaign, EffectReports.Query.newest());
    } finally {
      changeKept("rules = rules - 1000");
    }
  }

  private void changeKept(String change) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE assigned_label k JOIN ledger l ON l.episode_id = k.episode_id SET "
                    + change
                    + " WHERE l.campaign_id = ?")) {
      update.setLong(1, campaign);
      update.executeUpdate();
    }
  }

  private int kept() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM assigned_label k JOIN ledger l ON l.episode_id = k.episode_id"
                    + " WHERE l.campaign_id = ?")) {
      select.setLong(1, campaign);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
