package dev.holdfast.training;

import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The rules a version must keep before it may serve; measured after everything it learnt from. */
final class Gate {

  private Gate() {}

  static GateVerdict judge(
      Experiment experiment,
      Candidate model,
      List<Candidate> rivals,
      List<GateVerdict.Rule> leakage) {
    int rounds = experiment.gate().bootstrapRounds();
    long seed = experiment.seed();
    List<GateVerdict.Rule> rules = new ArrayList<>();
    int rows = model.scored().size();
    rules.add(
        new GateVerdict.Rule(
            "enough test rows",
            rows >= experiment.gate().minimumTestRows(),
            rows + " of at least " + experiment.gate().minimumTestRows()));
    for (Candidate rival : rivals) {
      if (rival.name().equals(Rivals.BG_NBD)) {
        continue;
      }
      rules.add(
          new GateVerdict.Rule(
              "beats the " + rival.name() + " on log-loss",
              model.logLoss() < rival.logLoss(),
              format("%.4f against %.4f", model.logLoss(), rival.logLoss())));
    }
    rules.add(
        band(
            "observed over expected churn within 0.95 to 1.05",
            model.scored(),
            rounds,
            seed,
            0.95,
            1.05,
            Calibration::observedToExpected));
    rules.add(
        band(
            "calibration slope within 0.9 to 1.1",
            model.scored(),
            rounds,
            seed,
            0.9,
            1.1,
            Calibration::slope));
    rules.addAll(leakage);
    return new GateVerdict(
        rules.stream().allMatch(GateVerdict.Rule::holds),
        !leakage.stream().allMatch(GateVerdict.Rule::holds),
        List.copyOf(rules));
  }

  private static GateVerdict.Rule band(
      String name,
      List<Scored> scored,
      int rounds,
      long seed,
      double low,
      double high,
      ToDoubleFunction<Calibration> figure) {
    Interval interval =
        Interval.bootstrap(
            scored, rounds, seed, draw -> figure.applyAsDouble(Calibration.of(draw)));
    return new GateVerdict.Rule(
        name,
        interval.meets(low, high),
        format(
            "%.3f, 95 %% interval %.3f to %.3f",
            interval.value(), interval.low(), interval.high()));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
