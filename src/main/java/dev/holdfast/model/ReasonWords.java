package dev.holdfast.model;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import java.time.Duration;
import java.time.Instant;

/** Says a reason in plain words with the customer's numbers. */
final class ReasonWords {

  /** With fewer days of use, the usual gap is that of the population rather than one's own. */
  private static final int OWN_RHYTHM_FROM = 4;

  private final FeatureSchema schema;
  private final float[] features;
  private final double idleDays;
  private final double usualGapDays;
  private final ActivityState state;
  private final Instant t;

  ReasonWords(
      FeatureSchema schema, float[] features, ActivityState state, Instant t, Priors priors) {
    this.schema = schema;
    this.features = features;
    this.idleDays = state.idleDays(t);
    this.usualGapDays = state.usualGapDays(priors);
    this.state = state;
    this.t = t;
  }

  String of(Feature feature) {
    return switch (feature.family()) {
      case "silence" ->
          "no use for "
              + operating(idleDays)
              + (state.usageOccasions() < OWN_RHYTHM_FROM
                  ? "; customers usually come back after "
                  : "; usually every ")
              + operating(usualGapDays);
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
      case "contact" ->
          feature.name().equals("repeat_contacts_30") && value("repeat_contacts_30") >= 0.05
              ? "had to contact us again about the same thing ("
                  + number(value("repeat_contacts_30"))
                  + " in a month)"
              : "contacted us recently (" + number(value("calls_in_30")) + " in a month)";
      case "complaint" -> complaint(feature);
      case "outreach" -> outreach(feature);
      case "feedback" -> feedback(feature);
      case "contract" -> contract();
      case "price" -> price();
      case "channel" -> channel(feature);
      case "failure" ->
          value("failed_7") < 0.05
              ? "no failures in use lately"
              : "met with failures in use (" + number(value("failed_7")) + " in a week)";
      case "breadth" ->
          feature.name().equals("breadth_trend")
              ? "uses " + percent(value("breadth_trend")) + " of the variety of the longer run"
              : "uses about "
                  + number(Math.expm1(value("ln1p_breadth")))
                  + " different things a month";
      case "cancellation" ->
          value("cancellation_90") < 0.05 ? "did not ask to leave lately" : "asked to leave";
      case "status" -> state.suspended() ? "suspended" : "not suspended";
      default -> feature.plainWords();
    };
  }

  /** Days of the calendar that measures the customer's silence. */
  private String operating(double days) {
    return days(days) + (state.calendar().isPlain() ? "" : " of operation");
  }

  private String complaint(Feature feature) {
    if (feature.name().equals("ln1p_resolution_hours") && value("no_closed_complaint") == 0) {
      return "complaints took about "
          + days(Math.expm1(value("ln1p_resolution_hours")) / 24)
          + " to close";
    }
    if (feature.name().equals("no_closed_complaint") && value("no_closed_complaint") > 0) {
      return "no complaint was closed yet";
    }
    int open = state.openComplaints();
    if (open > 0) {
      int severity = (int) value("complaint_severity");
      return open
          + (open == 1 ? " complaint" : " complaints")
          + " open, the oldest for "
          + days(Math.expm1(value("ln1p_open_age")))
          + (severity > 0 ? ", severity " + severity + " of 3" : "");
    }
    return value("complaints_90") < 0.05
        ? "has not complained lately"
        : "complained in recent months";
  }

  private String outreach(Feature feature) {
    if (value("never_contacted") > 0) {
      return "never contacted by us";
    }
    if (feature.name().equals("unanswered_90") && value("unanswered_90") >= 0.05) {
      return "did not answer us ("
          + number(value("unanswered_90"))
          + " of "
          + number(value("outbound_90"))
          + " contacts in recent months)";
    }
    if (feature.name().equals("ln1p_days_since_outbound")) {
      return "contacted by us "
          + days(Math.expm1(value("ln1p_days_since_outbound")))
          + " before the last event";
    }
    return value("outbound_90") < 0.05
        ? "not contacted by us lately"
        : "contacted by us in recent months";
  }

  private String feedback(Feature feature) {
    return switch (feature.name()) {
      case "silent_unhappy" ->
          value("silent_unhappy") > 0
              ? (state.lastComplaintUnresolved()
                      ? "the last complaint was closed unresolved"
                      : "was unhappy the last time")
                  + ", and uses the service less since"
              : given();
      case "last_rating", "no_rating" ->
          value("no_rating") > 0
              ? "never gave a rating"
              : "last rated us " + number(value("last_rating")) + " of 5";
      case "sentiment", "no_sentiment", "sentiment_drop" ->
          value("no_sentiment") > 0
              ? "what they think of us is not known"
              : "speaks of us at "
                  + number(value("sentiment"))
                  + " on a scale from -1 to 1, "
                  + number(Math.abs(value("sentiment_drop")))
                  + (value("sentiment_drop") < 0 ? " below" : " above")
                  + " their average";
      default -> given();
    };
  }

  private String given() {
    return value("feedback_90") < 0.05 ? "gave no feedback lately" : "gave feedback lately";
  }

  private String contract() {
    Instant endsAt = state.contractEndsAt();
    if (endsAt == null) {
      return state.inContract(t) ? "the contract runs until further notice" : "has no contract";
    }
    return state.inContract(t)
        ? "the contract ends in " + days(between(t, endsAt))
        : "the contract ended " + days(between(endsAt, t)) + " ago";
  }

  private String price() {
    Instant at = state.lastPriceEventAt();
    return at == null
        ? "no change of price or plan so far"
        : "price or plan changed " + days(between(at, t)) + " ago";
  }

  private String channel(Feature feature) {
    String share = Math.round(100 * value(feature.name())) + " % of contacts and use ";
    return switch (feature.name()) {
      case "channel_phone" -> share + "by phone";
      case "channel_digital" -> share + "by app and web";
      case "channel_chat" -> share + "by chat and social media";
      default -> share + "in stores";
    };
  }

  private static double between(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds() / 86_400.0;
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
      case "hour_shift" ->
          "the hour of use moved by " + number(value("hour_shift")) + " hours lately";
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
        : String.valueOf(Math.round(10 * value) / 10.0);
  }
}
