package dev.holdfast.activity;

import static dev.holdfast.activity.Direction.FALLING;
import static dev.holdfast.activity.Direction.FROZEN;
import static dev.holdfast.activity.Direction.RISING;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The features of one version, in the order in which {@link Features} writes them. Skewed
 * quantities are kept as logarithms: trees do not mind and linear models need it.
 */
public final class FeatureSchema {

  private static final FeatureSchema CURRENT =
      new FeatureSchema(
          2,
          List.of(
              new Feature("idle", "d", "silence", RISING, "days without use"),
              new Feature("ln1p_idle", "ln d", "silence", RISING, "days without use"),
              new Feature(
                  "ln1p_idle_ratio", "ln", "silence", RISING, "silence against the usual gap"),
              new Feature(
                  "gap_quantile", "0..1", "silence", RISING, "share of earlier gaps this short"),
              new Feature("gap_z", "sd", "silence", RISING, "silence against the usual spread"),
              new Feature(
                  "ln1p_over_max", "ln", "silence", RISING, "silence against the longest gap"),
              new Feature("mean_gap", "ln d", "rhythm", FROZEN, "usual gap between uses"),
              new Feature("last_gap_ratio", "ln", "rhythm", FROZEN, "last gap against the usual"),
              new Feature("ew_gap_ratio", "ln", "rhythm", FROZEN, "recent gaps against the usual"),
              new Feature("ln_rate_7", "ln 1/d", "rate", FALLING, "use over about a week"),
              new Feature("ln_rate_30", "ln 1/d", "rate", FALLING, "use over about a month"),
              new Feature("ln_rate_90", "ln 1/d", "rate", FALLING, "use over about a quarter"),
              new Feature("trend_s", "ln", "trend", FALLING, "this week against this month"),
              new Feature("trend_l", "ln", "trend", FALLING, "this month against this quarter"),
              new Feature("cv_gap", "-", "rhythm", FROZEN, "spread of the gaps"),
              new Feature("clumpiness", "0..1", "rhythm", FROZEN, "use in bursts"),
              new Feature("regularity", "-", "rhythm", FROZEN, "regularity of use"),
              new Feature("few_gaps", "0/1", "rhythm", FROZEN, "too few gaps to judge the rhythm"),
              new Feature("n_events", "ln", "history", FROZEN, "days of use so far"),
              new Feature(
                  "tenure_at_last", "ln d", "history", FROZEN, "time from first to last use"),
              new Feature("active_day_share", "0..1", "history", FROZEN, "share of days with use"),
              new Feature("dow_entropy", "0..1", "rhythm", FROZEN, "spread over the weekdays"),
              new Feature("amt_avg", "ln money", "value", FROZEN, "spend on a day of use"),
              new Feature("amt_trend", "ln", "value", FROZEN, "last spend against the usual"),
              new Feature("volume_avg", "ln", "value", FROZEN, "uses on a day of use"),
              new Feature("volume_trend", "ln", "value", FROZEN, "last uses against the usual"),
              new Feature(
                  "ln1p_days_since_purchase",
                  "ln d",
                  "purchase",
                  RISING,
                  "days without a purchase"),
              new Feature(
                  "ln1p_purchase_ratio", "ln", "purchase", RISING, "days since the last purchase"),
              new Feature("no_purchase", "0/1", "purchase", FROZEN, "never bought anything"),
              new Feature("calls_in_30", "n", "contact", FROZEN, "recent contacts with us"),
              new Feature("complaints_90", "n", "complaint", FROZEN, "recent complaints"),
              new Feature("open_complaints", "n", "complaint", FROZEN, "open complaints"),
              new Feature("ln1p_open_age", "ln d", "complaint", RISING, "oldest open complaint"),
              new Feature("outbound_90", "n", "outreach", FROZEN, "our recent contacts"),
              new Feature("feedback_90", "n", "feedback", FROZEN, "recent feedback"),
              new Feature("cancellation_90", "n", "cancellation", FROZEN, "asked to leave"),
              new Feature("suspended", "0/1", "status", FROZEN, "suspended"),
              new Feature("new_customer", "0/1", "history", FROZEN, "fewer than three days of use"),
              new Feature("ln_horizon", "ln d", "rhythm", FROZEN, "how far ahead churn is asked"),
              new Feature(
                  "bgnbd_logit", "ln", "silence", RISING, "silence against rate and history"),
              new Feature(
                  "ln1p_contract_days_left", "ln d", "contract", FALLING, "days of contract left"),
              new Feature("no_contract", "0/1", "contract", FROZEN, "no contract runs"),
              new Feature(
                  "open_ended_contract",
                  "0/1",
                  "contract",
                  FROZEN,
                  "contract until further notice"),
              new Feature(
                  "ln1p_contract_length", "ln d", "contract", FROZEN, "length of the contract"),
              new Feature(
                  "ln1p_days_since_price_event",
                  "ln d",
                  "price",
                  FROZEN,
                  "days from the last change of price or plan to the last event"),
              new Feature("no_price_event", "0/1", "price", FROZEN, "no change of price or plan"),
              new Feature(
                  "complaint_severity", "0..3", "complaint", FROZEN, "severest open complaint"),
              new Feature(
                  "repeat_contacts_30",
                  "n",
                  "contact",
                  FROZEN,
                  "recent contacts on a topic raised within the week before"),
              new Feature(
                  "ln1p_resolution_hours", "ln h", "complaint", FROZEN, "time to close complaints"),
              new Feature(
                  "no_closed_complaint", "0/1", "complaint", FROZEN, "no complaint was closed yet"),
              new Feature("channel_phone", "0..1", "channel", FROZEN, "share by phone"),
              new Feature("channel_digital", "0..1", "channel", FROZEN, "share by app and web"),
              new Feature("channel_chat", "0..1", "channel", FROZEN, "share by chat and social"),
              new Feature("channel_store", "0..1", "channel", FROZEN, "share in stores"),
              new Feature("failed_7", "n", "failure", FROZEN, "recent failures in use"),
              new Feature("ln1p_breadth", "ln", "breadth", FALLING, "different things used lately"),
              new Feature(
                  "breadth_trend",
                  "ln",
                  "breadth",
                  FROZEN,
                  "things used in a month against a quarter"),
              new Feature(
                  "unanswered_90",
                  "n",
                  "outreach",
                  FROZEN,
                  "our recent contacts without an answer"),
              new Feature(
                  "ln1p_days_since_outbound",
                  "ln d",
                  "outreach",
                  FROZEN,
                  "days from our last contact to the last event"),
              new Feature("never_contacted", "0/1", "outreach", FROZEN, "never contacted by us"),
              new Feature("last_rating", "1..5", "feedback", FROZEN, "last rating"),
              new Feature("no_rating", "0/1", "feedback", FROZEN, "never gave a rating"),
              new Feature("sentiment", "-1..1", "feedback", FROZEN, "recent sentiment"),
              new Feature("no_sentiment", "0/1", "feedback", FROZEN, "sentiment not known"),
              new Feature(
                  "sentiment_drop", "-2..2", "feedback", FROZEN, "sentiment against all time"),
              new Feature(
                  "silent_unhappy", "0/1", "feedback", FROZEN, "unhappy, and using it less since"),
              new Feature("hour_shift", "h", "rhythm", FROZEN, "shift of the hour of use")));

  private final int version;
  private final List<Feature> features;
  private final Map<String, Integer> index = new HashMap<>();

  private FeatureSchema(int version, List<Feature> features) {
    this.version = version;
    this.features = features;
    for (int i = 0; i < features.size(); i++) {
      index.put(features.get(i).name(), i);
    }
  }

  /** The schema that {@link Features} writes. */
  public static FeatureSchema current() {
    return CURRENT;
  }

  /**
   * A schema of other columns, such as those of a customer table.
   *
   * @param version tells it from other schemas
   * @param features names unique, at least one
   */
  public static FeatureSchema of(int version, List<Feature> features) {
    FeatureSchema schema = new FeatureSchema(version, List.copyOf(features));
    if (schema.size() == 0 || schema.index.size() != schema.size()) {
      throw new IllegalArgumentException("a schema has features, each name once: " + features);
    }
    return schema;
  }

  /** The same columns without directions: for a reference that may learn any sign. */
  public FeatureSchema undirected() {
    return new FeatureSchema(
        version,
        features.stream()
            .map(f -> new Feature(f.name(), f.unit(), f.family(), FROZEN, f.plainWords()))
            .toList());
  }

  /** Changes whenever a feature or its meaning changes. */
  public int version() {
    return version;
  }

  /** All features, in the order of the columns. */
  public List<Feature> features() {
    return features;
  }

  /**
   * The column of a feature.
   *
   * @throws IllegalArgumentException if there is no such feature
   */
  public int indexOf(String name) {
    Integer i = index.get(name);
    if (i == null) {
      throw new IllegalArgumentException(
          "schema " + version + " has no feature \"" + name + "\"; it has " + index.keySet());
    }
    return i;
  }

  /** True if there is a feature of this name. */
  public boolean has(String name) {
    return index.containsKey(name);
  }

  /** Number of columns. */
  public int size() {
    return features.size();
  }
}
