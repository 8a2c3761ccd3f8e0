package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.RunTable;
import dev.holdfast.scoring.CustomerScan;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who is tried when, by two replicas on one database. What a replay finds is no matter here, so
 * histories are read as long as the test wants.
 */
@QuarkusTest
class ReplayRunsTest {

  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ReplaySettings SETTINGS =
      new ReplaySettings(
          LocalDate.parse("2026-01-01"), LocalDate.parse("2026-02-01"), null, 20_000);

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject ModelRegistry models;
  @Inject CampaignRules rules;
  @Inject CustomerScan scan;
  @Inject ObjectMapper json;
  @Inject Rounds rounds;

  private final Semaphore through = new Semaphore(0);
  private final List<ReplayRuns> replicas = new ArrayList<>();
  private DeskTables tables;
  private long campaign;
  private ReplayRuns left;
  private ReplayRuns right;

  @BeforeEach
  void twoReplicas() throws SQLException {
    clocks.fix(NOW);
    TestModel.promote(models);
    tables = new DeskTables(database);
    campaign = tables.campaign("tried-" + UUID.randomUUID(), NOW);
    // Whatever others left: it would be tried here, or keep the place.
    tables.change(
        "UPDATE campaign_replay SET state = 'broken-off', running_marker = NULL WHERE state IN"
            + " ('waiting', 'running')");
    left = replica();
    right = replica();
  }

  @AfterEach
  void nothingRuns() throws SQLException {
    replicas.forEach(replica -> replica.atStop(new ShutdownEvent()));
    tables.change("DELETE FROM campaign_replay WHERE campaign_id = " + campaign);
    tables.change("UPDATE campaign SET state = 'ended' WHERE id = " + campaign);
  }

  @Test
  void oneIsTriedAtATimeInTheOrderOfAskingWhicheverReplicaIsAsked() {
    ReplayRun first = left.start(campaign, SETTINGS, "lea");
    ReplayRun second = right.start(campaign, SETTINGS, "lea");
    ReplayRun third = left.start(campaign, SETTINGS, "lea");
    assertThat(first.state()).isEqualTo(RunTable.RUNNING);
    assertThat(first.place()).isNull();
    assertThat(second.state()).isEqualTo(RunTable.WAITING);
    assertThat(second.place()).isEqualTo(1);
    assertThat(third.place()).isEqualTo(2);
    right.next();
    assertThat(now(second).waits()).as("its turn has not come").isTrue();
    String before = right.fingerprint(campaign);

    through.release();
    await().atMost(PATIENCE).until(() -> now(second).running());

    assertThat(now(first).state()).isEqualTo(RunTable.DONE);
    assertThat(now(first).share()).isEqualTo(1);
    assertThat(now(third).place()).isEqualTo(1);
    assertThat(right.fingerprint(campaign)).isNotEqualTo(before);
    through.release(2);
    await().atMost(PATIENCE).until(() -> now(third).state().equals(RunTable.DONE));
    assertThat(now(second).state()).isEqualTo(RunTable.DONE);
  }

  @Test
  void theReplayOfADeadProcessIsBrokenOffAndTheNextTakesItsTurn() throws SQLException {
    ReplayRun first = left.start(campaign, SETTINGS, "lea");
    ReplayRun second = left.start(campaign, SETTINGS, "lea");
    // Not heard of, and its row in the hands of nobody: another replica sees no more of a death.
    left.atStop(new ShutdownEvent());
    tables.change(
        "UPDATE campaign_replay SET state = 'running', running_marker = 1, ended_at = NULL, seen_at"
            + " = seen_at - INTERVAL 120 SECOND WHERE id = "
            + first.id());
    assertThat(now(second).waits()).isTrue();

    right.next();

    assertThat(now(first).brokenOff()).isTrue();
    assertThat(now(second).running()).isTrue();
    through.release();
    await().atMost(PATIENCE).until(() -> now(second).state().equals(RunTable.DONE));
  }

  @Test
  void aReplayIsStoppedWhileItWaitsAndWhileItRunsFromAnyReplica() {
    ReplayRun first = left.start(campaign, SETTINGS, "lea");
    ReplayRun second = left.start(campaign, SETTINGS, "lea");
    ReplayRun third = left.start(campaign, SETTINGS, "lea");

    assertThat(right.stop(campaign, second.id(), "tim").state()).isEqualTo(RunTable.STOPPED);
    assertThat(now(third).place()).isEqualTo(1);
    assertThat(right.stop(campaign, first.id(), "tim").stoppedBy()).isEqualTo("tim");

    await().atMost(PATIENCE).until(() -> now(third).running());
    assertThat(now(first).result()).isNull();
    assertThat(right.stop(campaign, first.id(), "anna").stoppedBy())
        .as("it was before")
        .isEqualTo("tim");
    through.release();
    await().atMost(PATIENCE).until(() -> now(third).state().equals(RunTable.DONE));
    assertThatThrownBy(() -> right.stop(campaign, third.id(), "tim"))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(409));
    assertThatThrownBy(() -> right.stop(campaign, 0, "tim"))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }

  @Test
  void aServiceThatStopsLeavesWhatItTriesAndWhatWaitsToTheNext() {
    ReplayRun first = left.start(campaign, SETTINGS, "lea");
    ReplayRun second = left.start(campaign, SETTINGS, "lea");

    left.atStop(new ShutdownEvent());

    assertThat(now(first).brokenOff()).isTrue();
    assertThat(now(second).waits()).isTrue();
    right.next();
    assertThat(now(second).running()).isTrue();
  }

  @Test
  void aCommandThatIsInterruptedSaysThatItWasStopped() {
    CompletableFuture<ReplayRun> command =
        CompletableFuture.supplyAsync(() -> left.run(campaign, SETTINGS, "cli:lea"));
    await().atMost(PATIENCE).until(() -> !right.of(campaign, 1).isEmpty());

    left.atStop(new ShutdownEvent());

    ReplayRun stopped = right.of(campaign, 1).get(0);
    assertThat(stopped.state()).isEqualTo(RunTable.STOPPED);
    assertThat(stopped.stoppedBy()).isEqualTo("cli:lea");
    assertThatThrownBy(command::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("was stopped");
  }

  @Test
  void aCommandThatIsStoppedFromElsewhereEnds() {
    CompletableFuture<ReplayRun> command =
        CompletableFuture.supplyAsync(() -> left.run(campaign, SETTINGS, "cli:lea"));
    await().atMost(PATIENCE).until(() -> !right.of(campaign, 1).isEmpty());

    right.stop(campaign, right.of(campaign, 1).get(0).id(), "tim");

    assertThatThrownBy(() -> command.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .hasMessageContaining("was stopped");
  }

  @Test
  void tooManyAreRefused() {
    for (int i = 0; i <= 20; i++) {
      left.start(campaign, SETTINGS, "lea");
    }
    assertThatThrownBy(() -> right.start(campaign, SETTINGS, "lea"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("20 replays wait already");
  }

  private ReplayRun now(ReplayRun run) {
    return right.byId(campaign, run.id()).orElseThrow();
  }

  /** Reads a history until one is let through. */
  private ReplayRuns replica() {
    HistoryReplay held =
        (model, rule, settings, drawn, share) -> {
          try {
            while (!through.tryAcquire(20, TimeUnit.MILLISECONDS)) {
              share.accept(0.5);
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          ReplayResult.Figures nothing =
              new ReplayResult.Figures(0, 0, 0, 0, null, null, null, 0, 0, 0, 0);
          return new ReplayResult(
              rule.campaign(),
              settings.from(),
              settings.to(),
              drawn.every(),
              0,
              0,
              0,
              null,
              nothing,
              nothing,
              7,
              List.of(new ReplayResult.Day(settings.from(), 0, 0, 0, 0)));
        };
    ReplayRuns replica = new ReplayRuns(database, rules, models, scan, held, json, rounds);
    replicas.add(replica);
    return replica;
  }
}
