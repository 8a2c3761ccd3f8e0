package dev.holdfast.training;

import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A year of customers with rates of their own, who leave in silence. */
final class Synthetic {

  private Synthetic() {}

  static List<CustomerHistory> population(int customers, long seed) {
    Random random = new Random(seed);
    List<CustomerHistory> histories = new ArrayList<>();
    Instant end = RandomHistory.START.plus(Duration.ofDays(365));
    for (int c = 1; c <= customers; c++) {
      double gapDays = Math.exp(random.nextGaussian() * 0.8 + 1.2);
      double dropout = 0.02 + 0.06 * random.nextDouble();
      List<Event> events = new ArrayList<>();
      Instant at = RandomHistory.START.plus(Duration.ofHours(random.nextInt(24 * 120)));
      for (int i = 0; at.isBefore(end); i++) {
        events.add(RandomHistory.use("c" + c + "-" + i, at));
        if (random.nextDouble() < dropout) {
          break;
        }
        double hours = -24 * gapDays * Math.log(1 - random.nextDouble());
        at = at.plus(Duration.ofMinutes((long) (hours * 60) + 1));
      }
      histories.add(new CustomerHistory(c, events));
    }
    return histories;
  }

  static Experiment experiment() {
    return Experiment.parse(
        """
        name: synthetic
        churn: {horizon: P30D}
        lateness: P0D
        snapshots: {spread: true}
        logistic: {}
        boosting: {trees: 60, minChildWeight: 5}
        """,
        "synthetic.yaml");
  }
}
