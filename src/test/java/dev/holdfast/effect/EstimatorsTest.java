package dev.holdfast.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.effect.CallComparison.Association;
import dev.holdfast.evaluation.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatorsTest {

  @Test
  void theNormalDistributionIsTheKnownOne() {
    assertThat(Normal.twoSided(0)).isEqualTo(1, within(1e-12));
    assertThat(Normal.twoSided(1.959963984540054)).isEqualTo(0.05, within(1e-12));
    assertThat(Normal.twoSided(-3)).isEqualTo(0.0026997960632601866, within(1e-13));
    assertThat(Normal.twoSided(8)).isEqualTo(1.2441921148543568e-15, within(1e-18));
  }

  @Test
  void theDifferenceIsThatOfTheRatesWithItsInterval() {
    Difference difference = Difference.of(new ArmCount(800, 200), new ArmCount(200, 60));

    // By hand: .30 - .25, sqrt(.25 .75 / 800 + .3 .7 / 200).
    assertThat(difference.effect().value()).isEqualTo(0.05, within(1e-12));
    assertThat(difference.error()).isEqualTo(0.0358382, within(1e-7));
    assertThat(difference.effect().low()).isEqualTo(0.05 - 1.959964 * 0.0358382, within(1e-6));
    assertThat(difference.method()).isEqualTo(Difference.Method.WALD);
    assertThat(difference.p()).isEqualTo(0.1629, within(1e-3));
  }

  @Test
  void smallArmsHaveNewcombesInterval() {
    // Newcombe (1998), table II, method 10: 56/70 and 48/80 give 0.0524 to 0.3339.
    Difference difference = Difference.of(new ArmCount(80, 48), new ArmCount(70, 56));

    assertThat(difference.method()).isEqualTo(Difference.Method.NEWCOMBE);
    assertThat(difference.effect().low()).isEqualTo(0.0524, within(1e-4));
    assertThat(difference.effect().high()).isEqualTo(0.3339, within(1e-4));
    // Where the interval excludes no effect, chance is below one in twenty, and the other way
    // round.
    assertThat(difference.p()).isLessThan(0.05);
    assertThat(Difference.of(new ArmCount(20, 0), new ArmCount(20, 20)).p()).isLessThan(1e-9);
    for (int churned = 0; churned <= 40; churned++) {
      Difference one = Difference.of(new ArmCount(40, 12), new ArmCount(40, churned));
      assertThat(one.p() < 0.05).isEqualTo(one.effect().low() > 0 || one.effect().high() < 0);
    }
    Difference nobody = Difference.of(new ArmCount(20, 0), new ArmCount(20, 0));
    assertThat(nobody.p()).isEqualTo(1);
    assertThat(nobody.effect().low()).isNegative();
    assertThatThrownBy(() -> Difference.of(new ArmCount(0, 0), new ArmCount(70, 56)))
        .hasMessageContaining("both arms");
  }

  @Test
  void aChangedShareDoesNotPassForAnEffect() {
    // First half at 50 %, of whom 40 % churn; second half at 90 %, of whom 10 % churn; no effect.
    List<Assigned> parties = new ArrayList<>();
    add(parties, 0.5, true, 500, 200);
    add(parties, 0.5, false, 500, 200);
    add(parties, 0.9, true, 900, 90);
    add(parties, 0.9, false, 100, 10);

    assertThat(Difference.of(parties).effect().value()).isEqualTo(0, within(1e-12));
    assertThat(Difference.adjusted(parties).effect().value()).isEqualTo(0, within(1e-12));
    // Thrown together they would show one: most of the hold-out are of the first half.
    Difference together = Difference.of(new ArmCount(1_400, 290), new ArmCount(600, 210));
    assertThat(together.effect().low()).isGreaterThan(0.05);
  }

  @Test
  void aShareWithTooFewInAnArmIsLeftOut() {
    List<Assigned> parties = new ArrayList<>();
    add(parties, 0.5, true, 300, 60);
    add(parties, 0.5, false, 300, 90);
    List<Assigned> one = new ArrayList<>();
    add(one, 0.9, true, 4, 4);
    add(one, 0.9, false, 1, 0);
    parties.addAll(one);
    add(parties, 0.8, true, 1, 1);

    Measurement measured = Measurement.of(parties, new Plan(0.3, 0.05, 0.5), null);

    assertThat(Objects.requireNonNull(measured.soFar()).effect().value())
        .isEqualTo(0.1, within(1e-12));
    assertThat(Objects.requireNonNull(measured.adjusted()).treated().parties()).isEqualTo(300);
    assertThat(Difference.possible(one)).isFalse();
    assertThat(Measurement.of(one, new Plan(0.3, 0.05, 0.5), null).soFar()).isNull();
  }

  @Test
  void theRiskAtAssignmentNarrowsTheIntervalAndKeepsTheEffect() {
    SplittableRandom random = new SplittableRandom(3);
    List<Assigned> parties = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double risk = random.nextDouble();
      boolean treated = random.nextDouble() < 0.8;
      boolean churned = random.nextDouble() < risk * (treated ? 0.9 : 1);
      parties.add(new Assigned(i, treated, 0.8, risk, churned));
    }

    Difference plain = Difference.of(parties);
    Difference adjusted = Difference.adjusted(parties);

    // Of a variance of 1/4, risk explains 1/12: a third.
    double ratio = adjusted.error() * adjusted.error() / (plain.error() * plain.error());
    assertThat(ratio).isBetween(0.60, 0.75);
    assertThat(adjusted.effect().value()).isEqualTo(0.05, within(3 * adjusted.error()));
  }

  @Test
  void theSequenceHoldsAtEveryLookWhereAFixedIntervalDoesNot() {
    int runs = 100;
    int naive = 0;
    int sequence = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      ConfidenceSequence watched = new ConfidenceSequence(2_000);
      int[] churned = new int[2];
      int[] n = new int[2];
      boolean naiveEver = false;
      boolean sequenceEver = false;
      for (int i = 0; i < 2_000; i++) {
        int arm = random.nextDouble() < 0.5 ? 1 : 0;
        boolean gone = random.nextDouble() < 0.3;
        n[arm]++;
        churned[arm] += gone ? 1 : 0;
        watched.add(new Assigned(i, arm == 1, 0.5, 0.3, gone));
        if (i >= 100 && i % 20 == 0) {
          Difference now =
              Difference.of(new ArmCount(n[1], churned[1]), new ArmCount(n[0], churned[0]));
          naiveEver |= now.effect().low() > 0 || now.effect().high() < 0;
        }
        sequenceEver |= watched.excludesZero();
      }
      naive += naiveEver ? 1 : 0;
      sequence += sequenceEver ? 1 : 0;
    }

    assertThat(naive).isGreaterThan(20);
    assertThat(sequence).isLessThanOrEqualTo(8);
  }

  @Test
  void theSequenceFindsTheEffectWhateverTheBaseRateItIsGiven() {
    for (double believed : List.of(0.05, 0.3, 0.9)) {
      SplittableRandom random = new SplittableRandom(5);
      ConfidenceSequence sequence = new ConfidenceSequence(20_000);
      assertThat(sequence.interval()).isEmpty();
      for (int i = 0; i < 40_000; i++) {
        boolean treated = random.nextDouble() < 0.5;
        boolean churned = random.nextDouble() < (treated ? 0.25 : 0.3);
        sequence.add(new Assigned(i, treated, 0.5, believed, churned));
      }
      Interval now = sequence.interval().orElseThrow();
      assertThat(now.low()).isLessThan(0.05);
      assertThat(now.high()).isGreaterThan(0.05);
      assertThat(now.high() - now.low()).isLessThan(0.12);
    }
  }

  @Test
  void chanceAtEveryLookAgreesWithTheSequence() {
    SplittableRandom random = new SplittableRandom(9);
    ConfidenceSequence sequence = new ConfidenceSequence(1_000);
    assertThat(sequence.p()).isEqualTo(1);
    int excluded = 0;
    for (int i = 0; i < 4_000; i++) {
      boolean treated = random.nextDouble() < 0.5;
      boolean churned = random.nextDouble() < (treated ? 0.22 : 0.3);
      sequence.add(new Assigned(i, treated, 0.5, 0.3, churned));
      assertThat(sequence.p() < 0.05).isEqualTo(sequence.excludesZero());
      excluded += sequence.excludesZero() ? 1 : 0;
    }
    assertThat(excluded).isBetween(1, 3_999);
  }

  @Test
  void whatWasReadWhenThePlanWasReachedStays() {
    Plan plan = new Plan(0.3, 0.05, 0.5);
    List<Assigned> matured = parties(1_500, 445, 1_500, 450);
    Difference read = Difference.of(new ArmCount(1_250, 300), new ArmCount(1_250, 375));

    Measurement kept = Measurement.of(matured, plan, read, null);

    assertThat(kept.planned()).isEqualTo(read);
    assertThat(kept.verdict().kind()).isEqualTo(Verdict.Kind.SAVED);
    assertThat(Objects.requireNonNull(kept.p())).isEqualTo(2 * read.p(), within(1e-12));
    assertThat(Measurement.of(matured, plan, null).verdict().kind())
        .isEqualTo(Verdict.Kind.NO_EFFECT_FOUND);
    assertThat(Measurement.of(matured.subList(0, 50), plan, null).p()).isNull();
  }

  @Test
  void theCourseEndsWithWhatIsKnownNowAndNeedsNoMoreLooksThanItIsDrawnWith() {
    Plan plan = new Plan(0.3, 0.05, 0.5);
    for (int parties : new int[] {99, 100, 101, 159, 160, 161, 3_000}) {
      List<Assigned> matured = parties(1_500, 445, 1_500, 450).subList(0, parties);

      Measurement measured = Measurement.of(matured, plan, null);

      List<Measurement.Look> course = measured.course();
      if (parties < ConfidenceSequence.FEWEST) {
        assertThat(course).isEmpty();
      } else {
        assertThat(course).hasSizeBetween(1, 60);
        assertThat(course.get(course.size() - 1))
            .isEqualTo(new Measurement.Look(parties, Objects.requireNonNull(measured.now())));
        assertThat(course).extracting(Measurement.Look::matured).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void plansAreThoseOfThePowerFormula() {
    assertThat(new Plan(0.3, 0.05, 0.5).parties()).isCloseTo(2_496, within(1));
    assertThat(new Plan(0.3, 0.05, 0.8).parties()).isCloseTo(4_032, within(2));
    assertThat(new Plan(0.3, 0.03, 0.5).parties()).isCloseTo(7_101, within(2));
    assertThat(new Plan(0.3, 0.03, 0.8).parties()).isCloseTo(11_306, within(3));
    assertThat(new Plan(0.3, 0.05, 0.5).detectable(2_496)).isEqualTo(0.05, within(1e-4));
    assertThat(new Plan(0.3, 0.05, 0.5).detectable(1)).isEqualTo(0.3);
  }

  @Test
  void theSampleRatioIsTheChiSquareOfBothArms() {
    // (38,000 - 38,400)^2 / 38,400 + (10,000 - 9,600)^2 / 9,600 = 20.83.
    SampleRatio lost = SampleRatio.of(38_000, 48_000, 0.8);

    assertThat(lost.p()).isEqualTo(5.0e-6, within(1e-7));
    assertThat(lost.fails()).isTrue();
    assertThat(SampleRatio.of(38_390, 48_000, 0.8).fails()).isFalse();
  }

  @Test
  void correctedProbabilitiesAreThoseOfBenjaminiAndHochberg() {
    double[] corrected = FalseDiscovery.corrected(new double[] {0.01, 0.04, 0.03, 0.5});

    assertThat(corrected[0]).isEqualTo(0.04, within(1e-12));
    assertThat(corrected[2]).isEqualTo(0.04 * 4 / 3, within(1e-12));
    assertThat(corrected[1]).isEqualTo(0.04 * 4 / 3, within(1e-12));
    assertThat(corrected[3]).isEqualTo(0.5, within(1e-12));
    assertThat(FalseDiscovery.corrected(new double[0])).isEmpty();
  }

  @Test
  void theWordsFollowTheEvidence() {
    Plan plan = new Plan(0.3, 0.05, 0.5);
    Instant by = Instant.parse("2026-12-24T10:00:00Z");

    Measurement saved = Measurement.of(parties(1_500, 350, 1_500, 450), plan, null);
    assertThat(saved.verdict().kind()).isEqualTo(Verdict.Kind.SAVED);
    assertThat(saved.verdict().words())
        .matches("saved \\d+ to \\d+ \\(estimated; nobody in particular\\)");
    Measurement none = Measurement.of(parties(1_500, 445, 1_500, 450), plan, null);
    assertThat(none.verdict().words()).startsWith("no effect found");
    Measurement lost = Measurement.of(parties(1_500, 450, 1_500, 350), plan, null);
    assertThat(lost.verdict().words()).startsWith("lost ");
    Measurement early = Measurement.of(parties(100, 30, 100, 32), plan, by);
    assertThat(early.verdict().words()).isEqualTo("not yet known, expected by 2026-12-24");
    assertThat(early.planned()).isNull();
    Measurement broken = Measurement.of(parties(1_500, 350, 1_100, 450), plan, by);
    assertThat(broken.verdict().words()).startsWith("hidden");
    assertThat(broken.soFar()).isNull();
    assertThat(broken.now()).isNull();
    assertThat(broken.verdict().saved()).isNull();
    assertThat(Measurement.of(List.of(), plan, null).verdict().kind())
        .isEqualTo(Verdict.Kind.NOT_YET_KNOWN);
  }

  @Test
  void binomialDrawsComeAsOftenAsTheDistributionSays() {
    SplittableRandom random = new SplittableRandom(5);
    int n = 70;
    double chance = 0.3;
    int draws = 40_000;
    int[] times = new int[n + 1];
    for (int i = 0; i < draws; i++) {
      times[Binomial.draw(n, chance, random)]++;
    }

    double expected = draws * Math.pow(1 - chance, n);
    double squares = 0;
    int cells = 0;
    for (int k = 0; k <= n; k++) {
      if (expected >= 20) {
        squares += (times[k] - expected) * (times[k] - expected) / expected;
        cells++;
      }
      expected *= (n - k) / (k + 1.0) * chance / (1 - chance);
    }
    // Chi-square has the mean of its degrees of freedom; five standard deviations above.
    assertThat(squares).isLessThan(cells + 5 * Math.sqrt(2.0 * cells));
    assertThat(Binomial.draw(n, 0, random)).isZero();
    assertThat(Binomial.draw(n, 1, random)).isEqualTo(n);
    assertThat(Binomial.draw(0, chance, random)).isZero();
  }

  @Test
  void moneyIsTheMarginBeyondTheHoldOutLessEverythingSpent() {
    List<Money.Account> accounts = new ArrayList<>();
    for (Assigned one : parties(1_000, 200, 1_000, 300)) {
      accounts.add(new Money.Account(one, one.churned() ? 0 : 200, one.treated() ? 5 : 0));
    }

    Money money = Money.of(accounts, 1_000, 200, 1);

    // 10 points of 1,000 treated, 200 each, less 1,000 calls of 5 and 1,000 fixed.
    assertThat(money.margin().value()).isEqualTo(20_000, within(1e-6));
    assertThat(money.cost()).isEqualTo(6_000, within(1e-9));
    assertThat(money.profit().value()).isEqualTo(14_000, within(1e-6));
    Interval returned = Objects.requireNonNull(money.returnOnCost());
    assertThat(returned.value()).isEqualTo(14.0 / 6, within(1e-9));
    // Normal: 200 * 1,000 * 1.96 * sqrt(.2 .8 / 1000 + .3 .7 / 1000) = 7,540.
    assertThat(money.margin().high() - money.margin().low()).isBetween(12_500.0, 18_000.0);
    assertThat(Money.of(accounts, 1_000, 200, 1)).isEqualTo(money);
  }

  @Test
  void theEffectOnThoseReachedIsDividedByTheirShareAndWarns() {
    Difference all = Difference.of(new ArmCount(1_000, 250), new ArmCount(1_000, 300));

    PerReached reached = PerReached.of(all, 500);

    assertThat(reached.effect().value()).isEqualTo(0.1, within(1e-12));
    assertThat(reached.warning()).contains("secondary");
    assertThatThrownBy(() -> PerReached.of(all, 0)).hasMessageContaining("reached");
  }

  @Test
  void callsDifferInWhatWasPutThereAndInNothingElse() {
    SplittableRandom random = new SplittableRandom(11);
    List<CallComparison.Call> calls = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int hour = 8 + random.nextInt(12);
      boolean succeeded = random.nextDouble() < (hour >= 18 ? 0.5 : 0.2);
      calls.add(
          new CallComparison.Call(
              succeeded,
              Map.of(
                  "hour",
                  List.of(Integer.toString(hour)),
                  "agent",
                  List.of("agent-" + random.nextInt(30)))));
    }

    CallComparison comparison = CallComparison.of(calls);

    assertThat(comparison.associations().subList(0, 2))
        .extracting(Association::value)
        .containsExactlyInAnyOrder("18", "19");
    assertThat(comparison.associations().get(0).stands()).isTrue();
    assertThat(comparison.associations())
        .filteredOn(one -> one.trait().equals("agent") && one.stands())
        .hasSizeLessThanOrEqualTo(2);
    assertThat(comparison.words()).startsWith("association");
  }

  @Test
  void aBlindTrialSeldomClaimsAnything() {
    SplittableRandom random = new SplittableRandom(17);
    List<BlindTrial.Untouched> untouched = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      double risk = random.nextDouble();
      untouched.add(new BlindTrial.Untouched(i, risk, random.nextDouble() < risk));
    }

    BlindTrial trial = BlindTrial.of(untouched, 0.5, 100, 1);

    assertThat(trial.proven()).isLessThanOrEqualTo(12);
    assertThat(trial.fixed()).isBetween(1, 11);
    assertThat(trial.everyLook()).isLessThanOrEqualTo(8);
    assertThat(trial.hidden()).isZero();
    assertThat(trial.halfWidth()).isBetween(0.045, 0.056);
    // An interval is 1.96 standard errors to either side; 2.8 are seen in four of five.
    assertThat(Objects.requireNonNull(trial.detectable()))
        .isCloseTo(trial.halfWidth() * 2.8 / 1.96, within(0.01));
    assertThat(trial.words()).contains("four in five");
    assertThat(BlindTrial.of(untouched, 0.5, 100, 1)).isEqualTo(trial);
    BlindTrial hopeless =
        BlindTrial.of(
            untouched.subList(0, 120).stream()
                .map(one -> new BlindTrial.Untouched(one.party(), one.risk(), one.party() < 3))
                .toList(),
            0.5,
            20,
            1);
    assertThat(hopeless.detectable()).isNull();
    assertThat(hopeless.words()).endsWith("even if calls kept everybody");
  }

  private static List<Assigned> parties(int treated, int ofThese, int heldOut, int ofThose) {
    List<Assigned> parties = new ArrayList<>();
    add(parties, 0.5, true, treated, ofThese);
    add(parties, 0.5, false, heldOut, ofThose);
    // In an order that the outcomes know nothing of.
    SplittableRandom random = new SplittableRandom(1);
    for (int i = parties.size() - 1; i > 0; i--) {
      Collections.swap(parties, i, random.nextInt(i + 1));
    }
    return parties;
  }

  private static void add(
      List<Assigned> parties, double share, boolean treated, int n, int churned) {
    for (int i = 0; i < n; i++) {
      parties.add(new Assigned(parties.size(), treated, share, 0.3, i < churned));
    }
  }
}
