package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A list that is kept shows nobody who may not be called any more. */
@QuarkusTest
class RecentCallListsTest {

  /** A working day in Shanghai, by day. */
  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  private static final Duration ALWAYS_KEPT = Duration.ZERO;

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject CallLists lists;
  @Inject ManagedExecutor executor;
  @Inject ModelRegistry models;

  private volatile Instant time = NOW;
  private DeskTables tables;
  private RecentCallLists recent;
  private long campaign;

  @BeforeEach
  void aCampaign() {
    clocks.fix(NOW);
    TestModel.promote(models);
    tables = new DeskTables(database);
    campaign = tables.campaign("recent-" + UUID.randomUUID(), NOW);
    recent = kept(ALWAYS_KEPT);
  }

  private RecentCallLists kept(Duration quick) {
    SystemClock clock = () -> time;
    return new RecentCallLists(lists, clock, executor, quick);
  }

  @Test
  void whoWasForbiddenOrFinishedSinceIsLeftOutAtOnce() throws SQLException {
    Person stays = tables.person(NOW);
    Person refuses = tables.person(NOW);
    Person returns = tables.person(NOW);
    long kept = tables.task(campaign, stays, 0.7, NOW);
    tables.task(campaign, refuses, 0.9, NOW);
    long back = tables.task(campaign, returns, 0.8, NOW);
    CallList first = recent.of(campaign);
    assertThat(first.calls()).hasSize(3);

    tables.change(
        "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) VALUES ("
            + refuses.partyId()
            + ", 'phone', 'retention', FALSE, '2026-03-11 07:59:00', 'test')");
    tables.change("UPDATE call_task SET state = 'cancelled' WHERE id = " + back);
    tables.task(campaign, tables.person(NOW), 0.95, NOW);

    CallList second = recent.of(campaign);
    assertThat(second.calls()).extracting(Call::taskId).containsExactly(kept);
    assertThat(second.calls().get(0).rank()).isEqualTo(1);
    assertThat(second.asOf()).isEqualTo(first.asOf());
    assertThat(second.pending()).isEqualTo(1);
  }

  @Test
  void aNewOneIsComposedBesideTheAnswerAndBeforeItOnceTheKeptOneIsOld() throws SQLException {
    tables.task(campaign, tables.person(NOW), 0.7, NOW);
    recent.of(campaign);
    tables.task(campaign, tables.person(NOW), 0.8, NOW);

    time = NOW.plusSeconds(61);
    assertThat(recent.of(campaign).calls()).hasSize(1);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(recent.of(campaign).calls()).hasSize(2));

    tables.task(campaign, tables.person(NOW), 0.9, NOW);
    time = NOW.plus(Duration.ofMinutes(12));
    assertThat(recent.of(campaign).calls()).hasSize(3);
  }

  @Test
  void aListThatIsQuickIsComposedEachTime() throws SQLException {
    tables.task(campaign, tables.person(NOW), 0.7, NOW);
    Duration nothingIsSlow = Duration.ofHours(1);
    recent = kept(nothingIsSlow);
    recent.of(campaign);
    tables.task(campaign, tables.person(NOW), 0.8, NOW);

    List<Call> calls = recent.of(campaign).calls();
    assertThat(calls).hasSize(2);
  }
}
