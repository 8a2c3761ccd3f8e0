package dev.holdfast.cli;

import dev.holdfast.scoring.Breakdown;
import dev.holdfast.scoring.Breakdown.FeatureShare;
import dev.holdfast.scoring.Risks.ReasonView;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A risk taken apart, as lines for a reader. */
final class BreakdownText {

  private BreakdownText() {}

  /** Prints reasons, features with the strongest first, and the way to the probability. */
  static void print(Breakdown risk) {
    for (ReasonView reason : risk.reasons()) {
      line("reason        %s (%+.2f)", reason.words(), reason.contribution());
    }
    line("");
    line("%10s  %12s %-8s %-26s %s", "log-odds", "value", "unit", "feature", "meaning");
    List<FeatureShare> strongestFirst =
        risk.features().stream()
            .sorted(Comparator.comparingDouble((FeatureShare one) -> -Math.abs(one.contribution())))
            .toList();
    for (FeatureShare one : strongestFirst) {
      line(
          "%+10.4f  %12.5g %-8s %-26s %s",
          shown(one.contribution()), one.value(), one.unit(), one.name(), one.words());
    }
    line("%+10.4f  %12s %-8s %-26s %s", risk.bias(), "", "", "", "the average customer");
    line("%+10.4f  in all", risk.logOdds());
    line("calibration   %s", risk.calibration());
  }

  /** Without the sign of a number that rounds to 0. */
  private static double shown(double contribution) {
    return Math.abs(contribution) < 0.00005 ? 0 : contribution;
  }

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
