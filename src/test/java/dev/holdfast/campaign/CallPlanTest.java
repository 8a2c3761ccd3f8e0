package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.campaign.CallPlan.Candidate;
import dev.holdfast.campaign.CallPlan.Chosen;
import dev.holdfast.campaign.CallPlan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which calls fit into the minutes. */
class CallPlanTest {

  @Test
  void thePlanIsWithinOnePercentOfTheBestThereIs() {
    Random random = new Random(20260311);
    double worst = 1;
    for (int instance = 0; instance < 200; instance++) {
      int n = 4 + random.nextInt(13);
      List<Candidate> candidates = new ArrayList<>();
      double all = 0;
      for (int i = 0; i < n; i++) {
        double minutes = 3 + Math.round(random.nextDouble() * 170) / 10.0;
        candidates.add(
            new Candidate(i, 60 * random.nextDouble() - 10, minutes, random.nextDouble()));
        all += minutes;
      }
      double capacity = Math.round(all * (0.2 + 0.6 * random.nextDouble()));

      Plan plan = CallPlan.of(candidates, capacity, 0);

      double best = exhaustively(candidates, capacity);
      double gain = gain(plan);
      assertThat(plan.minutes()).isLessThanOrEqualTo(capacity + 1e-6);
      assertThat(gain).as("instance %d", instance).isGreaterThanOrEqualTo(0.99 * best - 1e-9);
      worst = Math.min(worst, best == 0 ? 1 : gain / best);
    }
    assertThat(worst).isGreaterThan(0.99);
  }

  /** The best of all subsets. */
  private static double exhaustively(List<Candidate> candidates, double capacity) {
    double best = 0;
    for (int set = 0; set < 1 << candidates.size(); set++) {
      double minutes = 0;
      double gain = 0;
      for (int i = 0; i < candidates.size(); i++) {
        if ((set >> i & 1) == 1) {
          minutes += candidates.get(i).minutes();
          gain += candidates.get(i).gain();
        }
      }
      if (minutes <= capacity + 1e-9) {
        best = Math.max(best, gain);
      }
    }
    return best;
  }

  @Test
  void aLongListIsGreedyButForTheCut() {
    List<Candidate> candidates = random(5_000, 7);
    double capacity = 8 * 480;

    Plan plan = CallPlan.of(candidates, capacity, 0);

    double bound = fractional(candidates, capacity);
    assertThat(gain(plan)).isGreaterThan(0.999 * bound).isLessThanOrEqualTo(bound + 1e-9);
  }

  /** The relaxation in which a call may be cut: no plan is better. */
  private static double fractional(List<Candidate> candidates, double capacity) {
    double left = capacity;
    double gain = 0;
    for (Candidate one :
        candidates.stream()
            .filter(candidate -> candidate.gain() > 0)
            .sorted((a, b) -> Double.compare(b.gain() / b.minutes(), a.gain() / a.minutes()))
            .toList()) {
      double share = Math.min(1, left / one.minutes());
      gain += share * one.gain();
      left -= share * one.minutes();
      if (left <= 0) {
        break;
      }
    }
    return gain;
  }

  @Test
  void aTenthOfTheMinutesIsDrawnFromTheRestWithItsPropensity() {
    List<Candidate> candidates = random(400, 11);

    Plan plan = CallPlan.of(candidates, 480, 0.1);

    List<Chosen> drawn = plan.chosen().stream().filter(Chosen::exploration).toList();
    double minutes = drawn.stream().mapToDouble(one -> one.candidate().minutes()).sum();
    assertThat(minutes).isBetween(20.0, 60.0);
    long gainful = candidates.stream().filter(one -> one.gain() > 0).count();
    long best = plan.chosen().stream().filter(one -> !one.exploration()).count();
    assertThat(drawn)
        .allSatisfy(
            one ->
                assertThat(one.propensity())
                    .isCloseTo((double) drawn.size() / (gainful - best), within(1e-12)));
    assertThat(plan.chosen().stream().filter(one -> !one.exploration()))
        .allSatisfy(one -> assertThat(one.propensity()).isEqualTo(1));
    double worstOfBest =
        plan.chosen().stream()
            .filter(one -> !one.exploration())
            .mapToDouble(one -> one.candidate().gain() / one.candidate().minutes())
            .min()
            .orElseThrow();
    assertThat(
            drawn.stream().mapToDouble(one -> one.candidate().gain() / one.candidate().minutes()))
        .as("some of the draw stand far below the cut, else nothing is learnt there")
        .anyMatch(density -> density < worstOfBest / 2);
  }

  @Test
  void oneMoreHourIsWorthTheNextCallsAndNothingIfThereAreNone() {
    List<Candidate> candidates =
        List.of(
            new Candidate(1, 100, 30, 0),
            new Candidate(2, 60, 30, 0),
            new Candidate(3, 30, 30, 0),
            new Candidate(4, 20, 60, 0),
            new Candidate(5, -5, 1, 0));

    assertThat(CallPlan.of(candidates, 30, 0).hourMore()).isEqualTo(90);
    assertThat(CallPlan.of(candidates, 60, 0).hourMore()).isEqualTo(30 + 20 * 0.5);
    assertThat(CallPlan.of(candidates, 1_000, 0).hourMore()).isZero();
    assertThat(CallPlan.of(candidates, 0, 0).chosen()).isEmpty();
    assertThat(CallPlan.of(List.of(), 480, 0.1).chosen()).isEmpty();
  }

  private static double gain(Plan plan) {
    return plan.chosen().stream().mapToDouble(one -> one.candidate().gain()).sum();
  }

  private static List<Candidate> random(int n, long seed) {
    Random random = new Random(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      candidates.add(
          new Candidate(
              i, 70 * random.nextDouble() - 10, 4 + 12 * random.nextDouble(), random.nextDouble()));
    }
    return candidates;
  }
}
