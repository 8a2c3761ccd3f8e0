package dev.holdfast.model;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import java.time.Instant;
import java.util.Locale;

/** Says a reason in plain words with the customer's numbers. */
final class ReasonWords {

  /** With fewer days of use, the usual gap is that of the population rather than one's own. */
  private static final int OWN_RHYTHM_FROM = 4;

  private final FeatureSchema schema;
  private final float[] features;
  private final double idleDays;
  private final double usualGapDays;
  private final ActivityState state;

  ReasonWords(
      FeatureSchema schema, float[] features, ActivityState state, Instant t, Priors priors) {
    this.schema = schema;
    this.features = features;
    this.idleDays = state.idleDays(t);
    this.usualGapDays = state.usualGapDays(priors);
    this.state = state;
  }

  String of(Feature feature) {
    return switch (feature.family()) {
      case "silence" ->
          "no use for "
              + days(idleDays)
              + (state.usageOccasions() < OWN_RHYTHM_FROM
                  ? "; customers usually come back after "
                  : "; usually every ")
              + days(usualGapDays);
      case "rate" ->
          "little use lately: "
              + perMonth("ln_rate_30")
              + ", "
              + perMonth("ln_rate_90")
              + " over the longer run";
      case "trend" ->
          "use this week is at "
              + percent(value("trend_s"))
              + " of the month's pace, the month at "
              + percent(value("trend_l"))
              + " of the longer run";
      case "rhythm" -> rhythm(feature);
      case "history" -> history(feature);
      case "value" -> value(feature);
      case "purchase" ->
          value("no_purchase") > 0
              ? "never bought anything"
              : "no purchase for " + days(Math.expm1(value("ln1p_days_since_purchase")));
      case "contact" -> "contacted us recently (" + number(value("calls_in_30")) + " in a month)";
      case "complaint" ->
          state.openComplaints() > 0
              ? state.openComplaints()
                  + (state.openComplaints() == 1 ? " complaint" : " complaints")
                  + " open, the oldest for "
                  + days(Math.expm1(value("ln1p_open_age")))
              : value("complaints_90") < 0.05
                  ? "has not complained lately"
                  : "complained in recent months";
      case "outreach" ->
          value("outbound_90") < 0.05
              ? "not contacted by us lately"
              : "contacted by us in recent months";
      case "feedback" ->
          value("feedback_90") < 0.05 ? "gave no feedback lately" : "gave feedback lately";
      case "cancellation" ->
          value("cancellation_90") < 0.05 ? "did not ask to leave lately" : "asked to leave";
      case "status" -> state.suspended() ? "suspended" : "not suspended";
      default -> feature.plainWords();
    };
  }

  private String rhythm(Feature feature) {
    return switch (feature.name()) {
      case "mean_gap" -> "uses about every " + days(usualGapDays);
      case "last_gap_ratio" ->
          "the last pause was "
              + number(Math.exp(value("last_gap_ratio")))
              + " times the usual "
              + days(usualGapDays);
      case "ew_gap_ratio" ->
          "recent pauses are "
              + number(Math.exp(value("ew_gap_ratio")))
              + " times the usual "
              + days(usualGapDays);
      case "ln_horizon" -> "asked about the next " + days(Math.exp(value("ln_horizon")));
      case "few_gaps" -> "the rhythm of use is not known yet";
      default ->
          value("few_gaps") > 0
              ? "the rhythm of use is not known yet"
              : "the pauses between uses vary by " + percent(Math.log(value("cv_gap")));
    };
  }

  private String history(Feature feature) {
    int n = state.usageOccasions();
    String count = n + (n == 1 ? " day" : " days") + " of use so far";
    return feature.name().equals("tenure_at_last")
        ? count + " over " + days(Math.expm1(value("tenure_at_last")))
        : count;
  }

  private String value(Feature feature) {
    return switch (feature.name()) {
      case "amt_avg" -> "spends about " + number(Math.expm1(value("amt_avg"))) + " on a day of use";
      case "amt_trend" -> "spent " + percent(value("amt_trend")) + " of the usual the last time";
      case "volume_avg" ->
          "about " + number(Math.expm1(value("volume_avg"))) + " events on a day of use";
      default -> "used " + percent(value("volume_trend")) + " of the usual the last time";
    };
  }

  private double value(String feature) {
    return features[schema.indexOf(feature)];
  }

  private String perMonth(String feature) {
    return number(30 * Math.exp(value(feature))) + " days of use a month";
  }

  private static String percent(double ln) {
    return Math.round(100 * Math.exp(ln)) + " %";
  }

  private static String days(double days) {
    if (days < 1) {
      long hours = Math.round(24 * days);
      return hours + (hours == 1 ? " hour" : " hours");
    }
    long whole = Math.round(days);
    return whole == 1 ? "1 day" : whole + " days";
  }

  private static String number(double value) {
    return value >= 10
        ? String.valueOf(Math.round(value))
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
