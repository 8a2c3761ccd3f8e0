package dev.holdfast.simulation.study;

import dev.holdfast.campaign.Arm;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.simulation.study.TwoLives.Customer;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.uplift.Trial;
import dev.holdfast.training.uplift.UpliftModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Whether it is known whom a call keeps, and what that is worth.
 *
 * <p>A world's customers are dealt into arms, eight in ten called, and a model of the effect is
 * learnt from what became of them. It then ranks the customers of another world of the same kind,
 * of whom the oracle knows what a call would do: how much of what the best fifth would save does
 * the first fifth by this ranking save, beside a ranking by risk and one by chance? And what do the
 * same agent minutes earn if they go to the largest expected gain, or to the highest risk? Last,
 * where calls do nothing the model must say that customers cannot be told apart.
 */
final class UpliftStudy implements Study {

  private static final double SHARE = 0.8;
  private static final double FIRST = 0.2;
  private static final double EFFECT = 1;
  private static final int ROUNDS = 500;
  private static final double COST_OF_A_CALL = 1;
  // Added to the seed of a world: customers of its kind who are ranked and not learnt from.
  private static final long OTHERS = 2_000_000;

  @Override
  public String name() {
    return "uplift";
  }

  @Override
  public String question() {
    return "Is it known whom a call keeps, and is that worth more than calling those at risk?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      Rehearsal risk = TwoLives.model(seed, plan.customers(), progress);
      TwoLives learnt = TwoLives.of(seed, plan.customers(), EFFECT, risk, progress);
      UpliftModel model = UpliftModel.learn(trial(learnt, seed), seed);
      progress.accept("uplift: " + model.words());
      TwoLives others = TwoLives.of(seed + OTHERS, plan.customers(), EFFECT, risk, progress);
      progress.accept("uplift: asking the oracle about " + others.customers().size());
      judge(seed, learnt, others, model, findings);
      TwoLives nothing = TwoLives.of(seed, plan.customers(), 0, risk, progress);
      UpliftModel none = UpliftModel.learn(trial(nothing, seed), seed);
      progress.accept("uplift where calls do nothing: " + none.words());
      findings.add(
          Finding.told(
                  name(),
                  "told apart where calls do nothing (1) or not (0)",
                  Long.toString(seed),
                  outcomes(nothing),
                  none.used() ? 1 : 0)
              .atMost(0));
    }
    return findings;
  }

  private void judge(
      long seed, TwoLives learnt, TwoLives others, UpliftModel model, List<Finding> findings) {
    List<Customer> customers = others.customers();
    double[] truth = others.expectedEffects();
    double[] said = customers.stream().mapToDouble(one -> model.effect(one.features())).toArray();
    double[] risk = customers.stream().mapToDouble(Customer::risk).toArray();
    double[] chance = new SplittableRandom(seed).doubles(customers.size()).toArray();
    double[] value = customers.stream().mapToDouble(Customer::value).toArray();
    double[] expectedGain = new double[value.length];
    double[] gain = new double[value.length];
    for (int i = 0; i < value.length; i++) {
      expectedGain[i] = said[i] * value[i] - COST_OF_A_CALL;
      gain[i] = truth[i] * value[i] - COST_OF_A_CALL;
    }
    String n = outcomes(learnt) + ", " + customers.size() + " ranked";
    String seeds = Long.toString(seed);
    findings.add(
        Finding.told(
            name(), "told apart (1) or not (0)", seeds, outcomes(learnt), model.used() ? 1 : 0));
    findings.add(Finding.told(name(), "average effect of a call, true", seeds, n, mean(truth)));
    findings.add(
        Finding.told(
            name(), "the same as learnt", seeds, outcomes(learnt), model.average().value()));
    for (UpliftModel.Candidate one : model.candidates()) {
      findings.add(
          Finding.told(
                  name(),
                  "Qini of the " + one.learner(),
                  seeds,
                  outcomes(learnt),
                  one.qini().value())
              .with(one.qini()));
    }
    Captured captured = new Captured(truth, seed);
    findings.add(
        Finding.told(
                name(), "part of the best fifth's saves, by effect", seeds, n, captured.by(said))
            .with(captured.interval(said))
            .atLeast(0.6));
    findings.add(
        Finding.told(name(), "the same, by risk", seeds, n, captured.by(risk))
            .with(captured.interval(risk)));
    findings.add(
        Finding.told(name(), "the same, by chance", seeds, n, captured.by(chance))
            .with(captured.interval(chance)));
    Interval overRisk = captured.difference(said, risk);
    findings.add(
        Finding.told(name(), "by effect less by risk, lower end", seeds, n, overRisk.low())
            .atLeast(0));
    Interval overChance = captured.difference(said, chance);
    findings.add(
        Finding.told(name(), "by effect less by chance, lower end", seeds, n, overChance.low())
            .atLeast(0));
    Captured profit = new Captured(gain, seed);
    double byGain = profit.sum(expectedGain);
    double byRisk = profit.sum(risk);
    // A ratio to a loss says nothing: any gain is beyond it, and another loss is no gain.
    double ratio = byRisk > 0 ? byGain / byRisk : byGain > 0 ? Double.POSITIVE_INFINITY : 0;
    Interval more = profit.differenceOfSums(expectedGain, risk);
    findings.add(
        Finding.told(name(), "profit a call, by expected gain", seeds, n, byGain / profit.first));
    findings.add(Finding.told(name(), "profit a call, by risk", seeds, n, byRisk / profit.first));
    findings.add(
        Finding.told(name(), "profit by expected gain over profit by risk", seeds, n, ratio)
            .atLeast(1.1));
    findings.add(
        Finding.told(
                name(), "their difference a call, lower end", seeds, n, more.low() / profit.first)
            .atLeast(0));
  }

  /** The customers dealt as a campaign deals them, with what became of them. */
  private static Trial trial(TwoLives world, long seed) {
    List<Customer> customers = world.customers();
    byte[] salt = ByteBuffer.allocate(16).putLong(seed).putLong(0).array();
    int n = customers.size();
    double[][] x = new double[n][];
    boolean[] treated = new boolean[n];
    double[] share = new double[n];
    boolean[] churned = new boolean[n];
    for (int i = 0; i < n; i++) {
      Customer one = customers.get(i);
      x[i] = one.features();
      treated[i] = Arm.of(salt, i, 1 - SHARE) == Arm.TREATMENT;
      share[i] = SHARE;
      churned[i] = treated[i] ? one.churnedCalled() : one.churnedAlone();
    }
    return new Trial(TwoLives.FEATURES, x, treated, share, churned);
  }

  /** What the first fifth of a ranking holds of a quantity of each customer. */
  private static final class Captured {

    private final double[] quantity;
    private final long seed;
    private final int first;

    Captured(double[] quantity, long seed) {
      this.quantity = quantity;
      this.seed = seed;
      first = (int) Math.round(FIRST * quantity.length);
    }

    /** Over what the best fifth holds. */
    double by(double[] score) {
      return by(order(score), order(quantity), all());
    }

    Interval interval(double[] score) {
      int[] order = order(score);
      int[] best = order(quantity);
      return bootstrap(by(score), times -> by(order, best, times));
    }

    Interval difference(double[] score, double[] other) {
      int[] one = order(score);
      int[] two = order(other);
      int[] best = order(quantity);
      return bootstrap(by(score) - by(other), times -> by(one, best, times) - by(two, best, times));
    }

    double sum(double[] score) {
      return sum(order(score), all());
    }

    Interval differenceOfSums(double[] score, double[] other) {
      int[] one = order(score);
      int[] two = order(other);
      return bootstrap(sum(score) - sum(other), times -> sum(one, times) - sum(two, times));
    }

    private double by(int[] order, int[] best, int[] times) {
      return sum(order, times) / sum(best, times);
    }

    private double sum(int[] order, int[] times) {
      double sum = 0;
      int taken = 0;
      for (int k = 0; taken < first && k < order.length; k++) {
        int count = Math.min(times[order[k]], first - taken);
        sum += count * quantity[order[k]];
        taken += count;
      }
      return sum;
    }

    private int[] all() {
      int[] once = new int[quantity.length];
      Arrays.fill(once, 1);
      return once;
    }

    private interface Measure {
      double of(int[] times);
    }

    private Interval bootstrap(double value, Measure measure) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] drawn = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        int[] times = new int[quantity.length];
        for (int i = 0; i < times.length; i++) {
          times[random.nextInt(times.length)]++;
        }
        drawn[round] = measure.of(times);
      }
      Arrays.sort(drawn);
      return new Interval(value, drawn[(int) (0.025 * ROUNDS)], drawn[(int) (0.975 * ROUNDS)]);
    }

    private static int[] order(double[] score) {
      return IntStream.range(0, score.length)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -score[i]))
          .mapToInt(Integer::intValue)
          .toArray();
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static String outcomes(TwoLives world) {
    return String.format(Locale.ROOT, "%,d outcomes", world.customers().size());
  }
}
