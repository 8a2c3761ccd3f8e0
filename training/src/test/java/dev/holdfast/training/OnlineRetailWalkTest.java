package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.Priors;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.CustomerImport;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.file.BookedImport;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.Rejects;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.stream.Timers;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The documented run on real input, whole: import, train, promote, score, list. */
@QuarkusTest
class OnlineRetailWalkTest {

  private static final Instant NOW = Instant.parse("2011-12-10T00:00:00Z");
  private static final String SOURCE = "online-retail";
  private static final double ENTER = 0.6;
  private static final int COMPARED_CROSSINGS = 1_000;

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject BookedImport imports;
  @Inject CustomerImport customerImport;
  @Inject EventStore store;
  @Inject ModelRegistry models;
  @Inject CustomerStates states;
  @Inject Rescores rescores;
  @Inject Campaigns campaigns;
  @Inject CallLists lists;
  @Inject Timers timers;

  @Test
  void realInputBecomesACallList() throws SQLException {
    Path file = OnlineRetail.fileOrSkip();
    clocks.fix(NOW);
    TestModel.promote(models);
    execute("DELETE FROM customer_state");
    long watching = campaign("walk-watching", 0);

    theBooksOfTheImportAreExactAndItOpensNoEpisode(file, watching);
    TrainingResult trained = train();
    models.promote(trained.version(), "test", "");
    long campaign = campaign("walk", 40);
    score();
    List<Long> customers = customersOfTheFile();

    replayEqualsLive(customers);
    storedCrossingsEqualAScanByTheMinute(customers);
    theListIsRankedAndHasReasons(campaign);
  }

  private void theBooksOfTheImportAreExactAndItOpensNoEpisode(Path file, long watching)
      throws SQLException {
    ImportMap map = ImportMap.read("online_retail_2011");
    Rejects rejects = Rejects.into(null);
    BookedImport.Booked booked = imports.run(file, map, NOW, "test", rejects, System.out::println);

    assertThat(booked.read().rows()).isEqualTo(541_909);
    assertThat(booked.books().applied() + booked.books().duplicate() + booked.read().rejected())
        .isEqualTo(541_909);
    assertThat(booked.books().applied()).isEqualTo(397_884);
    assertThat(booked.books().quarantined()).isZero();
    timers.sweep();
    assertThat(single("SELECT COUNT(*) FROM episode WHERE campaign_id = " + watching)).isZero();

    customerImport.run(
        file,
        ImportMap.read("online_retail_2011_customers"),
        false,
        "test",
        Rejects.into(null),
        System.out::println);
  }

  private TrainingResult train() {
    HistorySource ofTheFile =
        consumer ->
            new StoreHistories(store, OperationalCalendar.plain())
                .forEach(
                    history -> {
                      if (history.events().get(0).source().equals(SOURCE)) {
                        consumer.accept(history);
                      }
                    });
    TrainingResult trained =
        new TrainingRun(
                Experiment.read(Path.of("training/experiments/online_retail_2011.yaml")),
                ofTheFile,
                Exposures.none(),
                System.out::println)
            .run(Path.of("target/walk-models"), models.trust());
    assertThat(trained.gate().passed()).as(trained.gate().text()).isTrue();
    models.register(trained.files(), trained.version(), trained.gateJson(), "test");
    return trained;
  }

  private void score() {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              timers.sweep();
              return rescores.waiting() == 0;
            });
  }

  /** Features by the training replay equal those of the stored state, for every customer. */
  private void replayEqualsLive(List<Long> customers) {
    Priors priors = champion().model().priors();
    double largest = 0;
    for (CustomerState state : states.read(customers).values()) {
      ActivityState replayed = new Replay(store.historyOf(state.customerId())).at(NOW);
      float[] live = Features.of(state.activity(), NOW, priors);
      float[] again = Features.of(replayed, NOW, priors);
      for (int i = 0; i < live.length; i++) {
        largest = Math.max(largest, Math.abs(live[i] - again[i]));
      }
    }
    System.out.printf(
        "replay against live: %d customers, largest difference %g%n", customers.size(), largest);
    assertThat(largest).isLessThanOrEqualTo(1e-9);
  }

  private void storedCrossingsEqualAScanByTheMinute(List<Long> customers) throws SQLException {
    double[] levels = watchedLevels();
    ChurnModel model = champion().model();
    List<CustomerState> compared =
        states.read(customers).values().stream()
            .filter(state -> state.score() != null)
            .sorted(
                Comparator.comparingLong(state -> state.customerId() * 2_654_435_761L % 1_000_003))
            .limit(COMPARED_CROSSINGS)
            .toList();
    assertThat(compared).hasSize(COMPARED_CROSSINGS);

    List<String> different =
        compared.parallelStream()
            .map(state -> difference(model, levels, state))
            .filter(Objects::nonNull)
            .map(String::valueOf)
            .toList();

    assertThat(different).isEmpty();
    assertThat(compared.stream().filter(state -> state.nextDue() != null).count())
        .as("customers with a crossing to compare")
        .isGreaterThan(200);
  }

  private static @Nullable String difference(
      ChurnModel model, double[] levels, CustomerState state) {
    Instant asOf = Objects.requireNonNull(state.score()).asOf();
    double risk = state.score().risk();
    double level = Double.NaN;
    for (double one : levels) {
      if (Double.isNaN(level) && one > risk) {
        level = one;
      }
    }
    Instant scanned = null;
    if (!Double.isNaN(level)) {
      Instant last = asOf.plus(Duration.ofDays(30));
      Instant minute = Instant.ofEpochSecond(Math.floorDiv(asOf.getEpochSecond(), 60) * 60 + 60);
      // A customer far below the level at the end of the month needs no scan: the risk never falls.
      if (model.risk(state.activity(), last) >= level) {
        while (model.risk(state.activity(), minute) < level) {
          minute = minute.plusSeconds(60);
        }
        scanned = minute;
      }
    }
    Instant stored = state.nextDue();
    boolean beyond =
        scanned == null && (stored == null || stored.isAfter(asOf.plus(Duration.ofDays(30))));
    return beyond || Objects.equals(stored, scanned)
        ? null
        : "customer " + state.customerId() + ": stored " + stored + ", scanned " + scanned;
  }

  private void theListIsRankedAndHasReasons(long campaign) throws SQLException {
    CallLists.CallList list = lists.today(campaign);

    assertThat(list.calls()).hasSizeBetween(20, 40);
    assertThat(single("SELECT COUNT(*) FROM episode WHERE campaign_id = " + campaign))
        .isEqualTo(40);
    List<Double> gains = list.calls().stream().map(Call::expectedGain).toList();
    assertThat(gains).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(list.calls()).allSatisfy(call -> assertThat(call.reasons()).isNotEmpty());
    list.calls().subList(0, 5).forEach(System.out::println);
  }

  /** Edges of bands and thresholds of all running campaigns, ascending. */
  private double[] watchedLevels() throws SQLException {
    TreeSet<Double> levels = new TreeSet<>(List.of(0.3, 0.6));
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT enter_threshold FROM campaign WHERE state = 'running'")) {
      while (row.next()) {
        levels.add(row.getDouble(1));
      }
    }
    return levels.stream().mapToDouble(level -> level).toArray();
  }

  private RegisteredModel champion() {
    return models.champion().orElseThrow();
  }

  private long campaign(String name, int intake) {
    return campaigns
        .start(
            CampaignSettings.named(name)
                .enterThreshold(ENTER)
                .holdOutShare(0.2)
                .coolDownDays(0)
                .intake(intake)
                .build(),
            "test")
        .id();
  }

  private List<Long> customersOfTheFile() throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT DISTINCT e.customer_id FROM event e JOIN source s ON s.id = e.source_id"
                    + " WHERE s.name = '"
                    + SOURCE
                    + "' ORDER BY 1")) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    assertThat(ids).hasSize(4_338);
    return ids;
  }

  private long single(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
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
