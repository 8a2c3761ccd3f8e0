package dev.holdfast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.campaign.Exposure;
import dev.holdfast.evaluation.Drift;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static final Instant AS_OF = Instant.parse("2026-03-02T08:00:00Z");
  private static final Instant END = AS_OF.plus(Duration.ofDays(30));
  private static final ChurnDefinition SILENCE = ChurnDefinition.perCustomer();

  private static final Exposure.Draw DRAWN = new Exposure.Draw(1, 1);

  @Test
  void theIntervalIsThatOfTheExactPoissonLimits() {
    // Exact limits of 10 events: 4.795 and 18.391.
    Poisson ten = Poisson.of(10, 10, 10);

    assertThat(ten.ratio()).isEqualTo(1);
    assertThat(ten.low()).isCloseTo(0.4795, within(0.002));
    assertThat(ten.high()).isCloseTo(1.8391, within(0.002));
    assertThat(Poisson.of(0, 0, 10).high()).isCloseTo(0.3689, within(1e-4));
    assertThatThrownBy(() -> Poisson.of(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void weightsWidenTheInterval() {
    Poisson plain = Poisson.of(100, 100, 100);
    Poisson weighted = Poisson.of(100, 500, 100);

    assertThat(weighted.ratio()).isEqualTo(plain.ratio());
    // 20 events of weight 5: exact limits 12.217 and 30.888.
    assertThat(weighted.low()).isCloseTo(0.61, within(0.005));
    assertThat(weighted.high()).isCloseTo(1.544, within(0.005));
    assertThat(plain.outside(0.9, 1.1)).isZero();
    assertThat(Poisson.of(150, 150, 100).outside(0.9, 1.1)).isEqualTo(1);
    assertThat(Poisson.of(50, 50, 100).outside(0.9, 1.1)).isEqualTo(-1);
    assertThat(Poisson.of(12, 12, 10).outside(0.9, 1.1)).isZero();
  }

  @Test
  void expectedPerformanceIsTheMeanOverAllOutcomes() {
    double[] risks = {0.1, 0.4, 0.4, 0.8};
    double ordered = 0;
    double pairs = 0;
    for (int i = 0; i < risks.length; i++) {
      for (int j = 0; j < risks.length; j++) {
        if (i != j) {
          double pair = risks[i] * (1 - risks[j]);
          pairs += pair;
          ordered += pair * (risks[i] > risks[j] ? 1 : risks[i] == risks[j] ? 0.5 : 0);
        }
      }
    }

    ExpectedPerformance expected = ExpectedPerformance.of(risks);

    assertThat(expected.auc()).isCloseTo(ordered / pairs, within(1e-12));
    assertThat(expected.brier()).isCloseTo((0.09 + 0.24 + 0.24 + 0.16) / 4, within(1e-12));
    assertThat(ExpectedPerformance.of(new double[] {0.3, 0.3}).auc()).isEqualTo(0.5);
  }

  @Test
  void theIdleRuleFindsItsLine() {
    SplittableRandom random = new SplittableRandom(11);
    List<Watched> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double idle = 40 * random.nextDouble();
      double p = 1 / (1 + Math.exp(-(-3 + 1.2 * Math.log1p(idle))));
      rows.add(row(i, 0.5, idle, 1, random.nextDouble() < p));
    }

    IdleRule rule = IdleRule.fit(rows).orElseThrow();

    assertThat(rule.intercept()).isCloseTo(-3, within(0.15));
    assertThat(rule.slope()).isCloseTo(1.2, within(0.06));
    assertThat(rule.probability(30)).isGreaterThan(rule.probability(3));
    assertThat(IdleRule.fit(rows.subList(0, 199))).isEmpty();
    assertThat(IdleRule.fit(rows.stream().filter(r -> Boolean.TRUE.equals(r.churned())).toList()))
        .isEmpty();
  }

  @Test
  void anIdleRuleThatSeparatesPerfectlyStaysFinite() {
    List<Watched> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row(i, 0.5, i, 1, i >= 150));
    }

    IdleRule rule = IdleRule.fit(rows).orElseThrow();

    assertThat(rule.probability(1_000)).isBetween(0.9, 1.0);
    assertThat(rule.probability(0)).isBetween(0.0, 0.1);
  }

  @Test
  void aCustomerCountsOnceAWeekAndTheContactedNotAtAll() {
    List<Watched> labels = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      labels.add(row(i, 0.4, 1, 1, i % 2 == 0));
      Watched first = labels.get(labels.size() - 1);
      labels.add(
          new Watched(
              2,
              i,
              first.asOf().plusSeconds(86_400),
              first.horizonEnd(),
              0.9,
              1,
              30,
              null,
              1,
              true));
    }
    labels.add(row(100, 0.4, 1, 0, true));
    labels.add(row(101, 0.4, 1, 5, true));

    WeekFigures figures =
        Weeks.figures(LocalDate.parse("2026-03-30"), labels, null, Map.of(), 1).orElseThrow();

    assertThat(figures.rows()).isEqualTo(51);
    assertThat(figures.leftOut()).isEqualTo(1);
    assertThat(figures.observed()).isEqualTo(25 + 5);
    assertThat(figures.expected()).isCloseTo(0.4 * 55, within(1e-9));
    assertThat(figures.effectiveRows()).isCloseTo(55.0 * 55 / 75, within(1e-9));
    assertThat(figures.idleLogLoss()).isNull();
  }

  @Test
  void aRivalIsComparedOnTheRowsBothScored() {
    SplittableRandom random = new SplittableRandom(3);
    List<Watched> labels = new ArrayList<>();
    Map<Long, Double> better = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      double truth = random.nextDouble();
      labels.add(row(i, 0.5, 1, 1, random.nextDouble() < truth));
      if (i % 2 == 0) {
        better.put(Weeks.key(1, i), truth);
      }
    }

    WeekFigures.Rival rival =
        Objects.requireNonNull(
            Weeks.figures(LocalDate.parse("2026-03-30"), labels, null, Map.of("r", better), 1)
                .orElseThrow()
                .rivals()
                .get("r"));

    assertThat(rival.rows()).isEqualTo(500);
    assertThat(rival.championLogLoss()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(rival.logLoss()).isLessThan(0.6);
    assertThat(rival.championBetter()).isZero();
    assertThat(rival.championWorseBy()).isGreaterThan(0.1);
  }

  @Test
  void aContactInTheWindowSilencesALabelAndAHoldOutSpeaksForTheContacted() {
    Instant in = AS_OF.plus(Duration.ofDays(3));
    Exposure called = new Exposure(DRAWN, in, null, true, 0.8);
    Exposure heldOut = new Exposure(DRAWN, in, null, false, 0.8);
    Exposure past =
        new Exposure(
            DRAWN, AS_OF.minus(Duration.ofDays(60)), AS_OF.minus(Duration.ofDays(30)), true, 0.8);
    Exposure later = new Exposure(DRAWN, END.plusSeconds(1), null, true, 0.8);
    Exposure running = new Exposure(DRAWN, AS_OF.minus(Duration.ofDays(2)), in, true, 0.8);

    assertThat(Exposure.labelWeight(List.of(), AS_OF, END)).isEqualTo(1);
    assertThat(Exposure.labelWeight(List.of(past, later), AS_OF, END)).isEqualTo(1);
    assertThat(Exposure.labelWeight(List.of(called), AS_OF, END)).isZero();
    assertThat(Exposure.labelWeight(List.of(running), AS_OF, END)).isZero();
    assertThat(Exposure.labelWeight(List.of(heldOut), AS_OF, END)).isCloseTo(5, within(1e-9));
    assertThat(Exposure.labelWeight(List.of(heldOut, heldOut), AS_OF, END))
        .as("one lot")
        .isCloseTo(5, within(1e-9));
    Exposure ofAnother = new Exposure(new Exposure.Draw(2, 1), in, null, false, 0.8);
    assertThat(Exposure.labelWeight(List.of(heldOut, ofAnother), AS_OF, END))
        .as("25, but no more than 10")
        .isEqualTo(10);
    assertThat(Exposure.labelWeight(List.of(heldOut, called), AS_OF, END)).isZero();
  }

  @Test
  void aCustomerIsLookedAtAfterSevenAndFourteenDaysAndAtTheEnd() {
    Watched start = fresh(END);
    List<Event> back = List.of(event(EventKind.USAGE, "login", 10));

    assertThat(Looked.firstDue(SILENCE, AS_OF, END)).isEqualTo(AS_OF.plus(Duration.ofDays(7)));
    Looked seven = look(start, back);
    assertThat(seven.row().watchedDays()).isEqualTo(7);
    assertThat(seven.row().returnDays()).as("not back yet by then").isNull();
    assertThat(seven.nextDue()).isEqualTo(AS_OF.plus(Duration.ofDays(14)));
    Looked fourteen = look(seven.row(), back);
    assertThat(fourteen.row().returnDays()).isEqualTo(10);
    assertThat(fourteen.row().churned()).isNull();
    assertThat(fourteen.nextDue()).isEqualTo(END);
    Looked end = look(fourteen.row(), back);
    assertThat(end.row().churned()).isFalse();
    assertThat(end.nextDue()).isNull();
  }

  @Test
  void silenceThroughoutIsChurnAndASuspensionIsNeither() {
    Instant shortEnd = AS_OF.plus(Duration.ofDays(14));
    Watched watchedSeven = look(fresh(shortEnd), List.of()).row();
    Event suspended = event(EventKind.STATUS, "suspended", 1);

    Looked silent = look(watchedSeven, List.of());
    assertThat(silent.row().churned()).isTrue();
    assertThat(silent.row().weight()).isEqualTo(1);
    assertThat(silent.nextDue()).isNull();
    assertThat(look(fresh(shortEnd), List.of(suspended)).row().weight()).isZero();
    assertThat(look(watchedSeven, List.of(suspended)).row().weight()).isZero();
    assertThat(look(watchedSeven, List.of(event(EventKind.USAGE, "login", 0.5), suspended)).row())
        .satisfies(
            row -> {
              assertThat(row.weight()).isEqualTo(1);
              assertThat(row.churned()).isFalse();
            });
    assertThat(look(watchedSeven, List.of(event(EventKind.USAGE, "login", 14))).row().churned())
        .as("a use at the very end is a return")
        .isFalse();
    assertThat(look(watchedSeven, List.of(event(EventKind.USAGE, "login", 0))).row().churned())
        .as("a use at the score itself was known to it")
        .isTrue();
  }

  @Test
  void theEndOfAContractIsLookedAtOnceWhenItsGraceHasPassed() {
    ChurnDefinition contract = ChurnDefinition.contractEnd(30, 20);

    assertThat(Looked.firstDue(contract, AS_OF, END)).isEqualTo(END.plus(Duration.ofDays(20)));
    Looked unknown = Looked.at(fresh(END), contract, Duration.ZERO, List.of(), List.of());
    assertThat(unknown.row().weight()).as("no contract is known").isZero();
    assertThat(unknown.nextDue()).isNull();
  }

  private static Looked look(Watched row, List<Event> history) {
    return Looked.at(row, SILENCE, Duration.ZERO, history, List.of());
  }

  private static Event event(EventKind kind, String name, double days) {
    Instant at = AS_OF.plusSeconds(Math.round(days * 86_400));
    return new Event(
        name + days,
        "test",
        "id:1",
        name,
        kind,
        at,
        at,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }

  @Test
  void groupsCountAsTheReferenceWasMade() {
    SplittableRandom random = new SplittableRandom(9);
    double[] values = new double[5_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4) == 0 ? 0 : Math.floor(20 * random.nextDouble());
    }
    Groups groups = Groups.of(values);
    long[] counts = new long[Groups.COUNT];
    for (double value : values) {
      counts[groups.of(value)]++;
    }

    assertThat(groups.psi(counts)).isZero();
    assertThat(groups.ks(counts)).isCloseTo(0, within(1e-12));
    double[] moved = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      moved[i] = values[i] + 3;
    }
    long[] after = new long[Groups.COUNT];
    for (double value : moved) {
      after[groups.of(value)]++;
    }
    assertThat(groups.psi(after))
        .isCloseTo(Drift.psi(groups.shares(), Drift.shares(groups.edges(), moved)), within(1e-12));
    assertThat(groups.ks(after)).isBetween(0.1, Drift.ks(values, moved));
    assertThatThrownBy(() -> new Groups(new double[3], new double[4]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReferenceIsReadFromTheModelsMetricsOrFromTheStore() throws JsonProcessingException {
    Groups groups = Groups.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    Reference stored =
        Reference.ofStored(new Reference(groups, Map.of("idle", groups), true).toJson());
    ObjectMapper json = new ObjectMapper();

    Reference inMetrics =
        Reference.inMetrics(json.readTree("{\"reference\": " + stored.toJson() + "}"))
            .orElseThrow();

    assertThat(inMetrics.fromTraining()).isTrue();
    assertThat(stored.fromTraining()).isFalse();
    assertThat(inMetrics.risk().edges()).containsExactly(groups.edges());
    assertThat(inMetrics.features().get("idle"))
        .satisfies(
            one ->
                assertThat(Objects.requireNonNull(one).shares()).containsExactly(groups.shares()));
    assertThat(Reference.inMetrics(json.readTree("{}"))).isEmpty();
    assertThat(
            Reference.inMetrics(
                json.readTree("{\"reference\": {\"risk\": {\"edges\": [1], \"shares\": [1]}}}")))
        .as("an incomplete reference is none")
        .isEmpty();
  }

  private static Watched fresh(Instant end) {
    return new Watched(1, 1, AS_OF, end, 0.4, 3, 0, null, 1, null);
  }

  private static Watched row(
      long customer, double risk, double idle, double weight, @Nullable Boolean churned) {
    return new Watched(1, customer, AS_OF, END, risk, idle, 30, null, weight, churned);
  }
}
