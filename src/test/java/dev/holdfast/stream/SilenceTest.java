package dev.holdfast.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Customers.Mention;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.DueTimers;
import dev.holdfast.scoring.DueTimers.DueTimer;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.RescorePages;
import dev.holdfast.scoring.RescoreRun;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.testsupport.Published;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.RestAssured;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Customers of whom nothing but silence is new: timers, a new model, a new campaign. */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.RETENTION_LEAD})
class SilenceTest {

  private static final Instant DAY = RandomHistory.START.plus(Duration.ofDays(120));
  private static final double[] LEVELS = {0.3, 0.5, 0.6};

  @Inject DataSource database;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject CustomerStates states;
  @Inject Scorer scorer;
  @Inject DueTimers dueTimers;
  @Inject Rescores rescores;
  @Inject RescorePages pages;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject Timers timers;
  @Inject SilenceWatch silence;
  @Inject SilentScoring scoring;
  @Inject FullRescore fullRescore;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "sleepers-" + run;
  private long campaign;

  @BeforeEach
  void nobodyElse() throws SQLException {
    execute("DELETE FROM customer_state");
    execute("UPDATE campaign SET state = 'ended'");
    TestModel.promote(models);
    clocks.fix(DAY);
    sources.completeThrough(source, DAY);
    campaign = campaign();
    timers.sweep();
  }

  @Test
  void aDayOfTimersIsWhatBruteForceFindsAndScoresNobodyElse() throws SQLException {
    Map<Long, ActivityState> sleepers = load(1_000, DAY);
    ChurnModel model = models.champion().orElseThrow().model();
    Duration step = Duration.ofMinutes(30);
    int rung = 0;

    for (Instant at = DAY.plus(step);
        !at.isAfter(DAY.plus(Duration.ofDays(1)));
        at = at.plus(step)) {
      clocks.fix(at);
      sources.completeThrough(source, at);
      timers.sweep();

      Set<Long> acted =
          ids("SELECT customer_id FROM customer_state WHERE as_of = '" + sql(at) + "'");
      assertThat(acted).as("at %s", at).isEqualTo(crossing(sleepers, model, at.minus(step), at));
      rung += acted.size();
    }

    assertThat(rung)
        .as("crossings of the day, so that the comparison means something")
        .isPositive();
    assertThat(everyTimerIsTheFirstMinute(sleepers, model)).isPositive();
  }

  /** Whose risk reaches a level after {@code from} and by {@code to}. */
  private static Set<Long> crossing(
      Map<Long, ActivityState> sleepers, ChurnModel model, Instant from, Instant to) {
    Set<Long> crossing = new HashSet<>();
    sleepers.forEach(
        (id, activity) -> {
          if (activity.usageOccasions() > 0 && !activity.closed()) {
            double before = model.risk(activity, from);
            double after = model.risk(activity, to);
            for (double level : LEVELS) {
              if (before < level && after >= level) {
                crossing.add(id);
              }
            }
          }
        });
    return crossing;
  }

  /** Compares timers of the next day with a scan minute by minute. */
  private int everyTimerIsTheFirstMinute(Map<Long, ActivityState> sleepers, ChurnModel model) {
    Instant from = DAY.plus(Duration.ofDays(1));
    int compared = 0;
    for (CustomerState state : states.read(sleepers.keySet()).values()) {
      Instant due = state.nextDue();
      if (due == null || due.isAfter(from.plus(Duration.ofHours(12))) || compared >= 20) {
        continue;
      }
      Instant minute = from;
      while (!reaches(model, state.activity(), from, minute)) {
        minute = minute.plusSeconds(60);
      }
      assertThat(due).isEqualTo(minute);
      compared++;
    }
    return compared;
  }

  private static boolean reaches(
      ChurnModel model, ActivityState activity, Instant from, Instant at) {
    double before = model.risk(activity, from);
    double after = model.risk(activity, at);
    for (double level : LEVELS) {
      if (before < level && after >= level) {
        return true;
      }
    }
    return false;
  }

  @Test
  void replicasShareDueTimersAndADeadOneHoldsNothing() throws Exception {
    List<Long> ids = silentSince(DAY.minus(Duration.ofDays(7)), 120, DAY);
    Instant now = DAY.plus(Duration.ofDays(2));
    clocks.fix(now);
    sources.completeThrough(source, now);
    KnownSilence known = silence.look();
    List<Long> due =
        dueTimers.earliest(known, now, Map.of(), 500).stream().map(DueTimer::customerId).toList();
    assertThat(due).containsExactlyInAnyOrderElementsOf(ids);
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);

    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          states.lockFree(due.subList(0, 50));
                          locked.countDown();
                          awaited(dead);
                          throw new IllegalStateException("dead");
                        }));
    awaited(locked);
    Set<Long> first = QuarkusTransaction.requiringNew().call(() -> scoring.ring(due, known, now));
    dead.countDown();
    assertThat(other).failsWithin(Duration.ofSeconds(30));
    Set<Long> second = QuarkusTransaction.requiringNew().call(() -> scoring.ring(due, known, now));

    assertThat(first).isEqualTo(Set.copyOf(due.subList(50, due.size())));
    assertThat(second).isEqualTo(Set.copyOf(due.subList(0, 50)));
    assertThat(single("SELECT COUNT(*) FROM episode WHERE campaign_id = " + campaign))
        .isEqualTo(120);
  }

  @Test
  void dueTimersActInTheOrderOfTheirInstants() throws SQLException {
    silentSince(DAY.minus(Duration.ofDays(5)), 10, DAY);
    silentSince(DAY.minus(Duration.ofDays(6)), 10, DAY);
    Instant now = DAY.plus(Duration.ofDays(6));
    clocks.fix(now);
    sources.completeThrough(source, now);

    List<Instant> due =
        dueTimers.earliest(silence.look(), now, Map.of(), 15).stream().map(DueTimer::at).toList();

    assertThat(due).hasSize(15).isSorted();
    assertThat(dueTimers.any(Map.of(sources.idOf(source), DAY), now, Map.of())).isFalse();
    assertThat(dueTimers.due(now)).isEqualTo(20);
  }

  @Test
  void aNewModelJudgesEverybodyAndWhoeverDiesLeavesTheRestToOthers() throws SQLException {
    Map<Long, ActivityState> sleepers = load(1_500, DAY);
    Map<Long, Score> before = scores(sleepers.keySet());
    long history = single("SELECT COALESCE(MAX(id), 0) FROM risk_history");
    TestModel.promote(models, "later-" + run, 12);
    int serving = models.champion().orElseThrow().id();
    assertThat(rescores.requestAllNotBy(serving)).isTrue();
    assertThat(rescores.requestAllNotBy(serving)).as("a replica later").isFalse();

    // As if the process ended after its first page.
    AtomicInteger steps = new AtomicInteger();
    fullRescore.work(() -> steps.incrementAndGet() <= 2);
    long left = single("SELECT COUNT(*) FROM rescore_page");
    assertThat(left).isPositive();
    assertThat(rescores.waiting()).isPositive();
    fullRescore.work(() -> true);

    assertThat(rescores.idle()).isTrue();
    ChurnModel model = models.champion().orElseThrow().model();
    Map<Long, Score> after = scores(sleepers.keySet());
    assertThat(after.keySet()).isEqualTo(before.keySet());
    Set<Long> mattered = new HashSet<>();
    after.forEach(
        (id, score) -> {
          assertThat(score.modelId()).isEqualTo(serving);
          assertThat(score.risk())
              .isEqualTo(model.risk(Objects.requireNonNull(sleepers.get(id)), score.asOf()));
          for (double level : LEVELS) {
            if (score.risk() >= level != Objects.requireNonNull(before.get(id)).risk() >= level) {
              mattered.add(id);
            }
          }
        });
    assertThat(mattered).isNotEmpty().hasSizeLessThan(after.size());
    assertThat(ids("SELECT customer_id FROM risk_history WHERE id > " + history))
        .isEqualTo(mattered);
    assertThat(single("SELECT COUNT(*) FROM episode WHERE campaign_id = " + campaign))
        .as("a change of model rings nobody")
        .isZero();
  }

  @Test
  void whoCrossedBySilenceIsRungEvenIfTheModelChangedMeanwhile() throws SQLException {
    silentSince(DAY.minus(Duration.ofDays(7)), 3, DAY);
    TestModel.promote(models, "sooner-" + run, 7.9);
    Instant now = DAY.plus(Duration.ofDays(2));
    clocks.fix(now);
    sources.completeThrough(source, now);

    timers.sweep();

    assertThat(
            single(
                "SELECT COUNT(*) FROM episode WHERE cause = 'crossing' AND campaign_id = "
                    + campaign))
        .isEqualTo(3);
  }

  @Test
  void aRescoreLeavesAloneWhatChangedWhileItWasComputed() throws SQLException {
    List<Long> ids = silentSince(DAY.minus(Duration.ofDays(1)), 3, DAY);
    RescoreRun all = new RescoreRun(0, null, null);
    long first = ids.get(0);
    List<RescorePages.Member> page =
        pages.read(all, new RescoreRun.Page(0, 0, null, null, first, ids.get(2)));
    assertThat(page).hasSize(3);

    execute(
        "UPDATE customer_state SET next_due = next_due + INTERVAL 1 MINUTE WHERE customer_id = "
            + first);

    Set<Long> unchanged = QuarkusTransaction.requiringNew().call(() -> pages.lockUnchanged(page));
    assertThat(unchanged).isEqualTo(Set.of(ids.get(1), ids.get(2)));
  }

  @Test
  void aCampaignWithTwiceTheExpectedTriggersPausesUntilAPersonResumesIt() throws SQLException {
    silentSince(DAY.minus(Duration.ofDays(7)), 5, DAY);
    Instant now = DAY.plus(Duration.ofDays(2));
    clocks.fix(now);
    timers.sweep();
    assertThat(
            number(
                "SELECT expected FROM trigger_forecast WHERE campaign_id = "
                    + campaign
                    + " ORDER BY day DESC LIMIT 1"))
        .as("the timers that wait for their feed are foreseen")
        .isEqualTo(5);

    // Out of the blue: nobody's timer said so this morning.
    silentSince(DAY.minus(Duration.ofDays(7)), 40, DAY);
    sources.completeThrough(source, now);
    timers.sweep();
    timers.sweep();

    assertThat(state()).isEqualTo("paused");
    String about = "campaign:campaign-" + run;
    assertThat(
            Published.on(kafka, Topics.WARNINGS, message -> message.key().equals(about), 1).stream()
                .map(Published::type))
        .containsExactly("campaign.paused");
    assertThat(
            single(
                "SELECT COUNT(*) FROM audit WHERE action = 'campaign.paused' AND subject = 'campaign:"
                    + campaign
                    + "'"))
        .isEqualTo(1);

    RestAssured.given().post("/api/v1/campaigns/{id}:resume", campaign).then().statusCode(200);
    timers.sweep();
    timers.sweep();
    assertThat(state()).as("what has happened is accepted").isEqualTo("running");
  }

  @Test
  void anUntroubledDayPausesNobody() throws SQLException {
    silentSince(DAY.minus(Duration.ofDays(7)), 60, DAY);
    Instant now = DAY.plus(Duration.ofDays(2));
    clocks.fix(now);
    sources.completeThrough(source, now);

    timers.sweep();

    assertThat(single("SELECT COUNT(*) FROM episode WHERE campaign_id = " + campaign))
        .isEqualTo(60);
    assertThat(state()).isEqualTo("running");
  }

  @Test
  void silenceIsKnownUpToWhatThePartitionHasReallyReached() {
    CustomerState one = new CustomerState(1);
    one.usageReportedBy(7);
    one.seenIn(3);

    KnownSilence known =
        new KnownSilence(Map.of(3, Map.of(7, DAY), 4, Map.of(7, DAY.plusSeconds(9))));

    assertThat(known.of(one)).isEqualTo(DAY);
    assertThat(known.everywhere(DAY.plusSeconds(60))).isEqualTo(Map.of(7, DAY));
    assertThat(new KnownSilence(Map.of(3, Map.of(7, DAY), 4, Map.of())).everywhere(DAY)).isEmpty();
  }

  private long campaign() {
    return campaigns
        .start(
            CampaignSettings.named("campaign-" + run)
                .enterThreshold(0.5)
                .holdOutShare(0.0)
                .coolDownDays(0)
                .intake(0)
                .build(),
            "test")
        .id();
  }

  private String state() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT state FROM campaign WHERE id = " + campaign);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  /** Customers with random histories, scored as of an instant and then silent. */
  private Map<Long, ActivityState> load(int n, Instant scoredAt) {
    Map<Long, ActivityState> sleepers = new HashMap<>();
    List<Long> ids = known(n);
    for (int i = 0; i < n; i++) {
      ActivityState activity = ActivityState.empty();
      RandomHistory.of(i).stream()
          .filter(event -> event.occurredAt().isBefore(scoredAt))
          .forEach(activity::apply);
      sleepers.put(ids.get(i), activity);
    }
    store(sleepers, scoredAt);
    return sleepers;
  }

  /** Customers whose only use was then, scored as of an instant. */
  private List<Long> silentSince(Instant use, int n, Instant scoredAt) {
    Map<Long, ActivityState> sleepers = new HashMap<>();
    List<Long> ids = known(n);
    for (long id : ids) {
      ActivityState activity = ActivityState.empty();
      activity.apply(
          new Event(
              "only-" + id,
              source,
              "test:" + id,
              "login",
              EventKind.USAGE,
              use,
              use,
              false,
              1,
              null,
              null,
              "app",
              Map.of(),
              false));
      sleepers.put(id, activity);
    }
    store(sleepers, scoredAt);
    return ids;
  }

  private List<Long> known(int n) {
    String group = UUID.randomUUID().toString().substring(0, 8);
    List<Mention> mentions =
        Stream.iterate(0, i -> i + 1)
            .limit(n)
            .map(i -> new Mention("test:" + group + "-" + i, DAY))
            .toList();
    Map<Mention, Long> ids =
        QuarkusTransaction.requiringNew().call(() -> customers.resolve(mentions));
    List<Long> inOrder = new ArrayList<>();
    mentions.forEach(mention -> inOrder.add(Objects.requireNonNull(ids.get(mention))));
    return inOrder;
  }

  private void store(Map<Long, ActivityState> sleepers, Instant scoredAt) {
    int sourceId = sources.idOf(source);
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              Scorer.Session session = scorer.session();
              List<CustomerState> rows = new ArrayList<>();
              sleepers.forEach(
                  (id, activity) -> {
                    CustomerState row = new CustomerState(id);
                    row.rebuilt(activity);
                    row.seenIn((int) (id % 12));
                    row.usageReportedBy(sourceId);
                    session.score(row, scoredAt);
                    rows.add(row);
                  });
              states.save(rows);
            });
  }

  private Map<Long, Score> scores(Set<Long> ids) {
    Map<Long, Score> scores = new HashMap<>();
    states
        .read(ids)
        .forEach(
            (id, state) -> {
              Score score = state.score();
              if (score != null) {
                scores.put(id, score);
              }
            });
    return scores;
  }

  private static String sql(Instant at) {
    return at.toString().replace("T", " ").replace("Z", "");
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Set<Long> ids(String sql) throws SQLException {
    Set<Long> ids = new HashSet<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  private long single(String sql) throws SQLException {
    return (long) number(sql);
  }

  private double number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getDouble(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
