package dev.holdfast.training;

import dev.holdfast.evaluation.Scored;
import java.util.ArrayList;
import java.util.List;

/**
 * The same trainers without directions: what keeping to them costs, or gains. Never promotable, for
 * their risk may fall while a customer is silent.
 */
final class References {

  private static final double CLOSEST = 1e-6;

  private References() {}

  /** The unconstrained forms of what an experiment trains, on the test rows. */
  static List<Candidate> of(Experiment experiment, SnapshotSet set) {
    List<Candidate> references = new ArrayList<>();
    Rows rows = set.training().undirected();
    List<String> names = experiment.features().of(rows.schema());
    if (experiment.logistic() != null) {
      references.add(
          candidate(
              "unconstrained logistic regression",
              new RiskTrainer.Logistic(experiment.logistic().c(), names, set.cutoff()),
              rows,
              set.test()));
    }
    if (experiment.boosting() != null) {
      references.add(
          candidate(
              "unconstrained boosted trees",
              new RiskTrainer.Boosting(
                  experiment.boosting(), names, experiment.seed(), set.cutoff()),
              rows,
              set.test()));
    }
    return references;
  }

  /** The quickest trainer, for checks that need any. */
  static RiskTrainer plainest(Experiment experiment, SnapshotSet set) {
    return new RiskTrainer.Logistic(
        0.03, experiment.features().of(set.training().schema()), set.cutoff());
  }

  private static Candidate candidate(String name, RiskTrainer trainer, Rows rows, Rows test) {
    double[] margins = trainer.fit(rows).margins(test);
    List<Scored> scored = new ArrayList<>(margins.length);
    for (int i = 0; i < margins.length; i++) {
      double p = 1 / (1 + Math.exp(-margins[i]));
      scored.add(
          new Scored(
              test.customer(i),
              Math.min(1 - CLOSEST, Math.max(CLOSEST, p)),
              test.churned(i),
              test.weight(i)));
    }
    return Candidate.of(name, scored);
  }
}
