package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a model of effects sees of a customer: the risk and nine features, for effects are small
 * beside churn and more features only find chance. The same code reads them when effects are learnt
 * and when calls are ranked.
 */
public final class EffectFeatures {

  private static final double SUREST = 1e-6;

  private static final List<String> OF_ACTIVITY =
      List.of(
          "ln1p_idle_ratio",
          "ln_rate_30",
          "trend_l",
          "tenure_at_last",
          "amt_avg",
          "calls_in_30",
          "open_complaints",
          "outbound_90",
          "sentiment");

  /** The names, in the order of the values. */
  public static final List<String> NAMES =
      Stream.concat(Stream.of("risk_logit"), OF_ACTIVITY.stream()).toList();

  private static final int[] INDEX =
      OF_ACTIVITY.stream().mapToInt(FeatureSchema.current()::indexOf).toArray();

  private EffectFeatures() {}

  /**
   * Reads the values.
   *
   * @param risk calibrated probability of churn, in (0, 1)
   * @param at not before the newest event of the activity
   * @param priors of the model that the risk is from
   */
  public static double[] of(double risk, ActivityState activity, Instant at, Priors priors) {
    double[] values = new double[NAMES.size()];
    double sure = Math.max(SUREST, Math.min(1 - SUREST, risk));
    values[0] = Math.log(sure / (1 - sure));
    float[] all = Features.of(activity, at, priors);
    for (int i = 0; i < INDEX.length; i++) {
      values[i + 1] = all[INDEX[i]];
    }
    return values;
  }
}
