package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of the queue: what a call is worth when its task opens, and while it waits. */
@QuarkusTest
class CallRankingTest {

  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject Episodes episodes;
  @Inject CallQueue queue;
  @Inject CallRanking ranking;
  @Inject CallLists lists;
  @Inject CampaignEffects effects;
  @Inject ModelRegistry models;
  @Inject Sources sources;

  private final String run = UUID.randomUUID().toString();
  private DeskTables tables;

  @BeforeEach
  void aModelServes() {
    clocks.fix(NOW);
    tables = new DeskTables(database);
    TestModel.promote(models);
  }

  @Test
  void aTaskKnowsTheWorthLanguageAndSkillThatItsCallHas() throws SQLException {
    Person rich = person("{\"margin\": 900, \"language\": \"yue\"}");
    Person unknown = person("{\"margin\": \"a lot\"}");
    long campaign = campaign("margin", "billing");

    long first = open(campaign, rich, 0.5);
    long second = open(campaign, unknown, 0.5);

    ExpectedGain ofRich = new ExpectedGain(900, 10, 1, 8);
    ExpectedGain ofAll = new ExpectedGain(200, 10, 1, 8);
    assertThat(queue.find(first).orElseThrow().priority())
        .isCloseTo(ofRich.perMinute(0.5), within(1e-9));
    assertThat(queue.find(second).orElseThrow().priority())
        .isCloseTo(ofAll.perMinute(0.5), within(1e-9));
    CallQueue.Abilities speaksBoth =
        new CallQueue.Abilities(List.of("zh", "yue"), List.of("billing"));
    assertThat(queue.best(speaksBoth, 1_000))
        .extracting(CallQueue.Ready::id)
        .containsSubsequence(first, second);
    assertThat(queue.best(new CallQueue.Abilities(List.of(), List.of("billing")), 1_000))
        .extracting(CallQueue.Ready::id)
        .contains(second)
        .doesNotContain(first);
    assertThat(queue.best(new CallQueue.Abilities(List.of("yue"), List.of()), 1_000))
        .extracting(CallQueue.Ready::id)
        .doesNotContain(first, second);
    assertThat(queue.drawn(speaksBoth, 0.5, 10_000))
        .as("a draw goes around")
        .extracting(CallQueue.Ready::id)
        .contains(first, second)
        .doesNotHaveDuplicates();
  }

  @Test
  void aTaskThatWaitsIsRankedByTheRiskOfNow() throws SQLException {
    Person person = person("{}");
    long task = open(campaign(null, null), person, 0.5);
    String source = "ranked-" + run;
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    state(person, source, NOW.minus(Duration.ofDays(10)));
    sources.completeThrough(source, NOW);

    assertThat(ranking.rankAll()).isPositive();

    // The model of the tests: log-odds (idle days - 8) / 2, so 1 after ten days.
    double risk = 1 / (1 + Math.exp(-1));
    CallQueue.Task ranked = queue.find(task).orElseThrow();
    assertThat(ranked.risk()).isCloseTo(risk, within(1e-6));
    assertThat(ranked.priority())
        .isCloseTo(new ExpectedGain(200, 10, 1, 8).perMinute(risk), within(1e-6));
    long changed = ranking.rankAll();
    assertThat(changed).as("nothing has changed since").isZero();

    tables.change(
        "UPDATE campaign SET customer_value = 500 WHERE id = (SELECT campaign_id FROM call_task"
            + " WHERE id = "
            + task
            + ")");
    ranking.rankAll();
    assertThat(queue.find(task).orElseThrow().priority())
        .as("a customer is worth more to the campaign now")
        .isCloseTo(new ExpectedGain(500, 10, 1, 8).perMinute(risk), within(1e-6));
  }

  @Test
  void whatACampaignsCallsWereMeasuredToDoDecidesTheirOrder() throws SQLException {
    Person person = person("{}");
    long campaign = campaign(null, null);
    long task = open(campaign, person, 0.5);
    String source = "measured-" + run;
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    state(person, source, NOW.minus(Duration.ofDays(10)));
    sources.completeThrough(source, NOW);
    double risk = 1 / (1 + Math.exp(-1));
    ExpectedGain gain = new ExpectedGain(200, 10, 1, 8);
    assertThat(queue.find(task).orElseThrow().effectFrom()).isEqualTo(EffectFrom.PRIOR);

    effects.store(campaign, effect(EffectFrom.AVERAGE, 0.12, null), "test");
    ranking.rankAll();

    CallQueue.Task byAverage = queue.find(task).orElseThrow();
    assertThat(byAverage.effectFrom()).isEqualTo(EffectFrom.AVERAGE);
    assertThat(byAverage.priority()).isCloseTo(gain.perMinute(risk, 0.12), within(1e-6));
    assertThat(queue.find(open(campaign, person("{}"), 0.5)).orElseThrow().effectFrom())
        .as("a task that opens now")
        .isEqualTo(EffectFrom.AVERAGE);

    // An effect of the log-odds of the risk alone, which are 1: 0.3 where the average is 0.1.
    double[] slope = new double[EffectFeatures.NAMES.size()];
    slope[0] = 0.3;
    EffectFormula formula = new EffectFormula(0, slope, List.of());
    effects.store(campaign, effect(EffectFrom.UPLIFT, 0.1, formula), "test");
    ranking.rankAll();

    CallQueue.Task byUplift = queue.find(task).orElseThrow();
    assertThat(byUplift.effectFrom()).isEqualTo(EffectFrom.UPLIFT);
    assertThat(byUplift.priority())
        .as("half way from the average to what the formula says")
        .isCloseTo(gain.perMinute(risk, 0.2), within(1e-6));
    assertThat(lists.today(campaign).calls())
        .filteredOn(call -> call.taskId() == task)
        .extracting(CallLists.Call::effectFrom)
        .containsExactly(EffectFrom.UPLIFT);
    assertThat(effects.inForce(campaign).orElseThrow().number()).isEqualTo(2);
  }

  private static CampaignEffect effect(
      EffectFrom used, double average, @Nullable EffectFormula formula) {
    return new CampaignEffect(
        used,
        average,
        average - 0.05,
        average + 0.05,
        0.5,
        formula == null ? List.of() : EffectFeatures.NAMES,
        formula,
        new CampaignEffect.Evidence(1, 800, 200, 0.8, List.of(), "made up", NOW));
  }

  private Person person(String profile) throws SQLException {
    Person person = tables.person(NOW);
    tables.change(
        "UPDATE customer SET profile = '" + profile + "' WHERE id = " + person.customerId());
    return person;
  }

  private long campaign(@Nullable String valueField, @Nullable String skill) {
    return campaigns
        .start(
            CampaignSettings.named("ranking-" + run + valueField + skill)
                .enterThreshold(0.5)
                .holdOutShare(0.0)
                .intake(0)
                .valueField(valueField)
                .skill(skill)
                .build(),
            "test")
        .id();
  }

  /** The id of the task. */
  private long open(long campaignId, Person person, double risk) throws SQLException {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Episodes.Opening opening =
                  new Episodes.Opening(
                      Campaign.withId(campaignId).orElseThrow(),
                      person.partyId(),
                      person.customerId(),
                      Cause.CROSSING,
                      new Lot(Arm.TREATMENT, 1),
                      risk,
                      1,
                      NOW,
                      NOW,
                      null);
              long episode = episodes.open(opening).orElseThrow();
              episodes.addTask(episode, opening, effects.of(campaignId), null, "[]");
              return tables.number("SELECT id FROM call_task WHERE episode_id = " + episode);
            });
  }

  private void state(Person person, String source, Instant lastUse) throws SQLException {
    ActivityState activity = ActivityState.empty();
    Instant at = lastUse.minus(Duration.ofDays(8));
    for (int i = 0; i < 5; i++, at = at.plus(Duration.ofDays(2))) {
      activity.apply(
          new Event(
              person.name() + i,
              source,
              person.name(),
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
              false));
    }
    try (Connection connection = database.getConnection();
        PreparedStatement id = connection.prepareStatement("SELECT id FROM source WHERE name = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO customer_state (customer_id, partition_no, source_id,"
                    + " last_occurred_at, last_event_key, state) VALUES (?,0,?,?,?,?)")) {
      id.setString(1, source);
      try (ResultSet row = id.executeQuery()) {
        row.next();
        insert.setLong(1, person.customerId());
        insert.setInt(2, row.getInt(1));
      }
      SqlTime.set(insert, 3, activity.lastOccurredAt());
      insert.setBytes(4, activity.lastKey().toBytes());
      insert.setBytes(5, activity.toBytes());
      insert.executeUpdate();
    }
  }
}
