package dev.holdfast.simulation.study;

import dev.holdfast.campaign.Arm;
import dev.holdfast.effect.Assigned;
import dev.holdfast.effect.ConfidenceSequence;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Plan;
import dev.holdfast.effect.SampleRatio;
import dev.holdfast.effect.Verdict;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.simulation.study.TwoLives.Customer;
import dev.holdfast.training.Rehearsal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Whether the measured effect can be believed.
 *
 * <p>Each seed has a world in which calls work and one in which they do nothing; in both, both
 * outcomes of each customer are known. A run draws customers (with replacement, so that the effect
 * on all of them is the truth), deals them into arms by the lot of campaigns, and measures with the
 * code that reports campaigns. Of 200 runs: how often does the interval hold the truth, and what is
 * claimed where nothing happened? Last, lots of 50,000, whole or with one in twenty of the treated
 * lost.
 */
final class EffectStudy implements Study {

  private static final int RUNS = 200;
  private static final int PARTIES = 4_000;
  private static final double SHARE = 0.8;
  private static final double SMALLEST = 0.05;
  private static final int LOT = 50_000;
  private static final double LOST = 0.05;
  private static final double EFFECT = 1;

  @Override
  public String name() {
    return "effect";
  }

  @Override
  public String question() {
    return "Does the interval of the measured effect hold the truth, and what is claimed when"
        + " nothing happened?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      Rehearsal model = TwoLives.model(seed, plan.customers(), progress);
      TwoLives works = TwoLives.of(seed, plan.customers(), EFFECT, model, progress);
      TwoLives nothing = TwoLives.of(seed, plan.customers(), 0, model, progress);
      progress.accept("effect: " + RUNS + " runs of each, seed " + seed);
      coverage(seed, works, findings);
      blind(seed, nothing, findings);
      lots(seed, findings);
    }
    return findings;
  }

  private void coverage(long seed, TwoLives world, List<Finding> findings) {
    double truth = world.effect();
    int plain = 0;
    int adjusted = 0;
    int sequence = 0;
    double variances = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Assigned> dealt = dealt(world, seed, run);
      Difference difference = Difference.of(dealt);
      Difference byRisk = Difference.adjusted(dealt);
      plain += holds(difference.effect(), truth);
      adjusted += holds(byRisk.effect(), truth);
      variances += Math.pow(byRisk.error() / difference.error(), 2) / RUNS;
      sequence += alwaysHolds(dealt, truth);
    }
    String n = n(world);
    findings.add(Finding.told(name(), "true effect, where calls work", seed(seed), n, truth));
    findings.add(share("intervals that hold the truth", seed, n, plain).within(0.92, 0.98));
    findings.add(share("the same, adjusted for risk", seed, n, adjusted).within(0.92, 0.98));
    findings.add(
        Finding.told(
            name(), "variance with the adjustment over without", seed(seed), n, variances));
    findings.add(
        share("sequences that hold the truth at every look", seed, n, sequence).atLeast(0.92));
  }

  private void blind(long seed, TwoLives world, List<Finding> findings) {
    double expected = world.customers().stream().mapToDouble(Customer::risk).average().orElse(0);
    dev.holdfast.effect.Plan planned =
        new dev.holdfast.effect.Plan(expected, Math.min(expected, SMALLEST), SHARE);
    int unproven = 0;
    int zeroInside = 0;
    int ever = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Assigned> dealt = dealt(world, seed, run);
      Measurement measured = Measurement.of(dealt, planned, null);
      Verdict verdict = measured.verdict();
      unproven += verdict.kind().proven() ? 0 : 1;
      Interval saved = verdict.saved();
      zeroInside += saved != null && saved.low() <= 0 && saved.high() >= 0 ? 1 : 0;
      ever += everExcludesZero(dealt) ? 1 : 0;
    }
    String n = n(world) + ", " + planned.parties() + " planned";
    findings.add(
        Finding.told(
            name(), "true effect, where calls do nothing", seed(seed), n(world), world.effect()));
    findings.add(share("runs without a proven effect", seed, n, unproven).atLeast(0.92));
    findings.add(share("runs whose saved customers include 0", seed, n, zeroInside).atLeast(0.92));
    findings.add(share("sequences that ever exclude 0", seed, n, ever).atMost(0.08));
  }

  private void lots(long seed, List<Finding> findings) {
    int whole = 0;
    int lossy = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      byte[] salt = salt(seed, -1 - run);
      int treated = 0;
      int kept = 0;
      for (int party = 0; party < LOT; party++) {
        if (Arm.of(salt, party, 1 - SHARE) == Arm.TREATMENT) {
          treated++;
          kept += random.nextDouble() >= LOST ? 1 : 0;
        }
      }
      whole += SampleRatio.of(treated, LOT, SHARE).fails() ? 1 : 0;
      lossy += SampleRatio.of(kept, LOT - treated + kept, SHARE).fails() ? 1 : 0;
    }
    String n = String.format(Locale.ROOT, "%d lots of %,d", RUNS, LOT);
    findings.add(share("whole lots that fail the sample ratio", seed, n, whole).atMost(0.005));
    findings.add(share("lots that fail with 5 % of the treated lost", seed, n, lossy).atLeast(0.8));
  }

  /** Parties drawn from the world and dealt as a campaign deals them. */
  private static List<Assigned> dealt(TwoLives world, long seed, int run) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + run);
    byte[] salt = salt(seed, run);
    List<Customer> customers = world.customers();
    List<Assigned> dealt = new ArrayList<>(PARTIES);
    for (int party = 0; party < PARTIES; party++) {
      Customer one = customers.get(random.nextInt(customers.size()));
      boolean treated = Arm.of(salt, party, 1 - SHARE) == Arm.TREATMENT;
      dealt.add(
          new Assigned(
              party,
              treated,
              SHARE,
              one.risk(),
              treated ? one.churnedCalled() : one.churnedAlone()));
    }
    return dealt;
  }

  private static byte[] salt(long seed, int run) {
    return ByteBuffer.allocate(16).putLong(seed).putLong(run).array();
  }

  private static int holds(Interval interval, double truth) {
    return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
  }

  private static int alwaysHolds(List<Assigned> dealt, double truth) {
    ConfidenceSequence sequence = new ConfidenceSequence(PARTIES);
    for (Assigned one : dealt) {
      sequence.add(one);
      if (sequence.interval().map(now -> holds(now, truth) == 0).orElse(false)) {
        return 0;
      }
    }
    return 1;
  }

  private static boolean everExcludesZero(List<Assigned> dealt) {
    ConfidenceSequence sequence = new ConfidenceSequence(PARTIES);
    for (Assigned one : dealt) {
      sequence.add(one);
      if (sequence.excludesZero()) {
        return true;
      }
    }
    return false;
  }

  private Finding share(String what, long seed, String n, int count) {
    return Finding.told(name(), what, seed(seed), n, (double) count / RUNS);
  }

  private static String seed(long seed) {
    return Long.toString(seed);
  }

  private static String n(TwoLives world) {
    return String.format(
        Locale.ROOT, "%d runs of %,d of %,d", RUNS, PARTIES, world.customers().size());
  }
}
