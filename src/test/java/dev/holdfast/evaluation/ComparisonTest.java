package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  /** Rows with a true probability; the second candidate's log-odds are off by noise. */
  private record Pair(List<Scored> exact, List<Scored> noisy) {
    static Pair of(int count, double noise, long seed) {
      Random random = new Random(seed);
      List<Scored> exact = new ArrayList<>();
      List<Scored> noisy = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        double p = 0.05 + 0.9 * random.nextDouble();
        boolean churned = random.nextDouble() < p;
        double off = Math.log(p / (1 - p)) + noise * random.nextGaussian();
        exact.add(new Scored(i / 2, p, churned));
        noisy.add(new Scored(i / 2, 1 / (1 + Math.exp(-off)), churned));
      }
      return new Pair(exact, noisy);
    }
  }

  @Test
  void againstItselfNothingDiffers() {
    List<Scored> rows = Pair.of(400, 0, 1).exact();

    PairedDifference difference = PairedDifference.of(rows, rows, 100, 1);

    assertThat(difference.logLoss()).isEqualTo(new Interval(0, 0, 0));
    assertThat(difference.auc()).isEqualTo(new Interval(0, 0, 0));
    assertThat(difference.better()).isZero();
  }

  @Test
  void aSmallDifferenceIsSeenThatTheIntervalsApartDoNotSee() {
    Pair pair = Pair.of(3_000, 0.5, 2);

    PairedDifference difference = PairedDifference.of(pair.exact(), pair.noisy(), 200, 1);

    assertThat(difference.logLoss().value())
        .isCloseTo(Loss.log(pair.exact()) - Loss.log(pair.noisy()), within(1e-12));
    assertThat(difference.auc().value())
        .isCloseTo(Auc.of(pair.exact()) - Auc.of(pair.noisy()), within(1e-12));
    assertThat(difference.logLoss().high()).isNegative();
    assertThat(difference.better()).isGreaterThan(0.99);
    Interval exact = Interval.bootstrap(pair.exact(), 200, 1, Loss::log);
    Interval noisy = Interval.bootstrap(pair.noisy(), 200, 1, Loss::log);
    assertThat(exact.meets(noisy.low(), noisy.high())).isTrue();
  }

  @Test
  void swappingTheTwoTurnsTheSign() {
    Pair pair = Pair.of(500, 0.5, 3);

    PairedDifference one = PairedDifference.of(pair.exact(), pair.noisy(), 100, 5);
    PairedDifference other = PairedDifference.of(pair.noisy(), pair.exact(), 100, 5);

    assertThat(other.logLoss().value()).isEqualTo(-one.logLoss().value());
    assertThat(other.logLoss().low()).isCloseTo(-one.logLoss().high(), within(1e-12));
    assertThat(other.auc().high()).isCloseTo(-one.auc().low(), within(1e-12));
  }

  @Test
  void rowsArePairedByCustomerInWhateverOrder() {
    Pair pair = Pair.of(500, 0.5, 4);
    List<Scored> shuffled = new ArrayList<>(pair.noisy());
    Collections.shuffle(shuffled, new Random(1));

    PairedDifference one = PairedDifference.of(pair.exact(), pair.noisy(), 100, 5);
    PairedDifference other = PairedDifference.of(pair.exact(), shuffled, 100, 5);

    assertThat(other.logLoss().low()).isCloseTo(one.logLoss().low(), within(1e-12));
    assertThat(other.auc().low()).isCloseTo(one.auc().low(), within(1e-12));
  }

  @Test
  void otherRowsAreRefused() {
    List<Scored> rows =
        List.of(new Scored(1, 0.4, true), new Scored(2, 0.4, false), new Scored(3, 0.2, false));
    for (Scored other :
        List.of(
            new Scored(4, 0.2, false), new Scored(3, 0.2, true), new Scored(3, 0.2, false, 2))) {
      assertThatThrownBy(
              () -> PairedDifference.of(rows, List.of(rows.get(0), rows.get(1), other), 100, 1))
          .hasMessageContaining("same customers");
    }
    assertThatThrownBy(() -> PairedDifference.of(rows, rows.subList(0, 2), 100, 1))
        .hasMessageContaining("same customers");
  }

  @Test
  void theIntervalOfAMeanIsThatOfTheNormalDistribution() {
    Random random = new Random(10);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      rows.add(new Scored(i, 0.5, random.nextInt(10) < 3));
    }

    Interval rate = Interval.bootstrap(rows, 1_000, 1, Predictions::churnRate);

    double half = 1.96 * Math.sqrt(rate.value() * (1 - rate.value()) / rows.size());
    assertThat(rate.low()).isCloseTo(rate.value() - half, within(0.1 * half));
    assertThat(rate.high()).isCloseTo(rate.value() + half, within(0.1 * half));
  }

  @Test
  void rowsOfOneCustomerAreDrawnTogether() {
    Random random = new Random(11);
    List<Scored> apart = new ArrayList<>();
    List<Scored> together = new ArrayList<>();
    for (int i = 0; i < 4_000; i += 4) {
      boolean churned = random.nextBoolean();
      for (int k = 0; k < 4; k++) {
        apart.add(new Scored(i + k, 0.5, churned));
        together.add(new Scored(i, 0.5, churned));
      }
    }
    Interval narrow = Interval.bootstrap(apart, 400, 1, Predictions::churnRate);
    Interval wide = Interval.bootstrap(together, 400, 1, Predictions::churnRate);

    assertThat((wide.high() - wide.low()) / (narrow.high() - narrow.low()))
        .as("four equal rows are one observation: twice as wide")
        .isBetween(1.7, 2.3);
  }

  @Test
  void aMeasureThatIsSeldomDefinedIsRefused() {
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(new Scored(i, 0.5, i == 0));
    }
    assertThatThrownBy(() -> Interval.bootstrap(rows, 100, 1, Auc::of))
        .hasMessageContaining("more predictions are needed");
    assertThatThrownBy(() -> Interval.bootstrap(rows, 39, 1, Loss::log))
        .hasMessageContaining("40 rounds");
    assertThatThrownBy(() -> Interval.bootstrap(List.of(), 100, 1, Loss::log))
        .hasMessageContaining("at least one");
  }
}
