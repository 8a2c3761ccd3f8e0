package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Whether the rows know what they could not have known. Each check can fail a version, and no
 * reason outweighs it.
 */
final class Leakage {

  private static final double LEAKING_AUC = 0.95;
  private static final int CUSTOMERS_TRUNCATED = 500;
  private static final double COIN_TOLERANCE = 0.02;
  private static final int MOST_ROWS_FOR_COINS = 20_000;

  private Leakage() {}

  /** All checks of snapshots made from histories. */
  static List<GateVerdict.Rule> check(
      SnapshotSet set, HistorySource source, RiskTrainer trainer, long seed) {
    List<GateVerdict.Rule> rules = new ArrayList<>();
    rules.add(
        truncation(set, source, events -> new Replay(events, set.calendar()).at(set.cutoff())));
    rules.add(order(set));
    rules.add(coins(set.training(), trainer, CrossFit.folds(set.training(), seed), seed));
    rules.add(singleFeature(set.test()));
    return rules;
  }

  /**
   * Whatever happened, or became available, after the cut-off must not change a feature.
   *
   * @param reader makes the state at the cut-off of a customer's events
   */
  static GateVerdict.Rule truncation(
      SnapshotSet set, HistorySource source, Function<List<Event>, ActivityState> reader) {
    int[] seen = new int[2];
    Instant cutoff = set.cutoff();
    long stride = Math.max(1, set.history().customers() / CUSTOMERS_TRUNCATED);
    source.forEach(
        history -> {
          if (Math.floorMod(Hash.of(history.customerId()), stride) != 0) {
            return;
          }
          List<Event> known =
              history.events().stream()
                  .filter(e -> !e.occurredAt().isAfter(cutoff) && !e.availableAt().isAfter(cutoff))
                  .toList();
          float[] whole = Features.of(reader.apply(history.events()), cutoff, set.priors());
          float[] cut = Features.of(reader.apply(known), cutoff, set.priors());
          seen[0]++;
          seen[1] += Arrays.equals(whole, cut) ? 0 : 1;
        });
    return new GateVerdict.Rule(
        "leakage: deleting what was not known at the cut-off changes no feature",
        seen[1] == 0,
        String.format(Locale.ROOT, "%d of %d customers differ", seen[1], seen[0]));
  }

  /** Every label that was learnt from was known before the first question of the test. */
  static GateVerdict.Rule order(SnapshotSet set) {
    Instant known = set.windows().get(set.windows().size() - 1).known();
    Instant asked = Instant.MAX;
    for (int i = 0; i < set.test().size(); i++) {
      asked = set.test().cutoff(i).isBefore(asked) ? set.test().cutoff(i) : asked;
    }
    return new GateVerdict.Rule(
        "leakage: the last training label was known before the first test cut-off",
        !known.isAfter(asked),
        known + ", first test cut-off " + asked);
  }

  /**
   * A coin tossed for each customer in place of the outcome cannot be learnt from other customers:
   * if it can, rows of a customer are on both sides of a split.
   *
   * @param folds of the rows, by which the coins are learnt and judged
   */
  static GateVerdict.Rule coins(Rows all, RiskTrainer trainer, int[] folds, long seed) {
    long stride = Math.max(1, all.size() / MOST_ROWS_FOR_COINS);
    int[] tossed =
        IntStream.range(0, all.size())
            .filter(i -> Math.floorMod(Hash.of(all.customer(i)), stride) == 0)
            .toArray();
    Rows rows = all.pick(tossed);
    boolean[] coin = new boolean[rows.size()];
    long heads = 0;
    for (int i = 0; i < coin.length; i++) {
      coin[i] = (Hash.of(rows.customer(i) ^ Hash.of(seed + 1)) & 1) == 0;
      heads += coin[i] ? 1 : 0;
    }
    String name = "leakage: a coin per customer cannot be predicted (AUC 0.5)";
    if (heads == 0 || heads == coin.length) {
      return new GateVerdict.Rule(name, true, "too few customers to toss coins for");
    }
    double[] margins =
        CrossFit.margins(
            trainer, rows.withOutcomes(coin), Arrays.stream(tossed).map(i -> folds[i]).toArray());
    double auc = Auc.of(margins, coin);
    long customers = IntStream.range(0, coin.length).mapToLong(rows::customer).distinct().count();
    // Three standard errors of an AUC among so many independent customers.
    double tolerance = Math.max(COIN_TOLERANCE, 3 / Math.sqrt(3.0 * customers));
    return new GateVerdict.Rule(
        name,
        auc <= 0.5 + tolerance,
        String.format(Locale.ROOT, "AUC %.3f, at most %.3f is chance", auc, 0.5 + tolerance));
  }

  /**
   * A single feature that all but tells the outcome knows the future. Features moved by the clock
   * are left out: among customers with short gaps, silence alone rightly tells nearly everything.
   */
  static GateVerdict.Rule singleFeature(Rows test) {
    boolean[] churned = new boolean[test.size()];
    for (int i = 0; i < churned.length; i++) {
      churned[i] = test.churned(i);
    }
    double worst = 0;
    String worstName = "";
    FeatureSchema schema = test.schema();
    for (int j = 0; j < schema.size(); j++) {
      if (schema.features().get(j).direction() != Direction.FROZEN) {
        continue;
      }
      double auc = Auc.of(test.column(j), churned);
      double either = Math.max(auc, 1 - auc);
      if (either > worst) {
        worst = either;
        worstName = schema.features().get(j).name();
      }
    }
    return new GateVerdict.Rule(
        "leakage: no single frozen feature with AUC above " + LEAKING_AUC,
        worst <= LEAKING_AUC,
        String.format(Locale.ROOT, "%s %.3f", worstName, worst));
  }
}
