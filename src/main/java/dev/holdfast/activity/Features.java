package dev.holdfast.activity;

import java.time.Instant;

/**
 * Reads what a model sees of a customer at an instant. Changes nothing; never writes NaN or
 * infinity. Columns and directions are those of {@link FeatureSchema#current()}.
 */
public final class Features {

  private static final double UNHAPPY_BELOW = -0.3;
  private static final double LESS_THAN = 0.6;

  private Features() {}

  /** The features as a new array. */
  public static float[] of(ActivityState state, Instant t, Priors priors) {
    float[] out = new float[FeatureSchema.current().size()];
    read(state, t, priors, out);
    return out;
  }

  /**
   * Writes the features at {@code t} into {@code out}.
   *
   * @param t not before the newest event of the state
   * @param out as long as the schema
   * @throws IllegalArgumentException if {@code t} is before the newest event or {@code out} has
   *     another length
   */
  public static void read(ActivityState state, Instant t, Priors priors, float[] out) {
    if (out.length != FeatureSchema.current().size()) {
      throw new IllegalArgumentException(
          "features take " + FeatureSchema.current().size() + " values, not " + out.length);
    }
    long at = ActivityState.micros(t);
    if (at < state.lastAt()) {
      throw new IllegalArgumentException(
          "features cannot be read at "
              + t
              + ", before the newest event at "
              + state.lastOccurredAt());
    }
    SilentFeatures silent = new SilentFeatures(priors);
    silent.start(state, out);
    silent.moveTo(at, out);
  }

  /** Writes the columns that stand still until the next event and leaves the others. */
  static void writeFrozen(
      ActivityState state, Priors priors, double usualGap, double horizon, float[] out) {
    Occasions use = state.usage;
    int gaps = Math.max(0, use.n - 1);
    boolean fewGaps = gaps < 3;

    // Steps of more than one leave out columns that move: see SilentFeatures.
    int i = 6;
    out[i++] = (float) Math.log(usualGap);
    out[i++] = (float) (gaps == 0 ? 0 : Math.log(use.lastGap / usualGap));
    out[i++] = (float) (gaps == 0 ? 0 : Math.log(use.ewGap / usualGap));
    i += 5;
    double cv = fewGaps ? -1 : cv(use, gaps);
    out[i++] = (float) cv;
    out[i++] = (float) (fewGaps ? 0 : clumpiness(use));
    out[i++] = (float) (fewGaps ? 1 : Math.min(10, Math.max(0.2, 1 / Math.max(1e-6, cv * cv))));
    out[i++] = fewGaps ? 1 : 0;
    out[i++] = (float) Math.log1p(use.n);
    out[i++] = (float) Math.log1p(use.sumGap);
    out[i++] = (float) Math.min(1, use.n / (use.sumGap + 1));
    out[i++] = (float) weekdayEntropy(use.weekdays);
    out[i++] = (float) (use.n == 0 ? 0 : Math.log1p(Math.max(0, use.amountAverage())));
    out[i++] = (float) (use.n == 0 ? 0 : lnRatio(use.amountOfDay, use.amountAverage()));
    out[i++] = (float) (use.n == 0 ? 0 : Math.log1p(use.countAverage()));
    out[i++] = (float) (use.n == 0 ? 0 : lnRatio(use.countOfDay, use.countAverage()));
    i += 2;
    out[i++] = state.purchase.n == 0 ? 1 : 0;
    out[i++] = (float) state.interactions.asOf(state.lastAt());
    out[i++] = (float) state.complaints.asOf(state.lastAt());
    out[i++] = state.openComplaints();
    i++;
    out[i++] = (float) state.outbound.asOf(state.lastAt());
    out[i++] = (float) state.feedback.asOf(state.lastAt());
    out[i++] = (float) state.cancellations.asOf(state.lastAt());
    out[i++] = state.suspended() ? 1 : 0;
    out[i++] = use.n < 3 ? 1 : 0;
    out[i++] = (float) Math.log(horizon);
    i += 2;
    i = contract(state, out, i);
    i = experience(state, out, i);
    i++;
    out[i++] = (float) breadthTrend(state);
    i = outreach(state, out, i);
    i = opinion(state, out, i);
    out[i] = (float) state.hours.shift();
  }

  /** As of the last event. */
  private static int contract(ActivityState state, float[] out, int first) {
    int i = first;
    Contract contract = state.contract;
    boolean runs = contract.runsAt(state.lastAt());
    boolean openEnded = runs && contract.end == Contract.OPEN_ENDED;
    boolean term = runs && !openEnded;
    out[i++] = runs ? 0 : 1;
    out[i++] = openEnded ? 1 : 0;
    out[i++] = (float) (term ? Math.log1p(SilentFeatures.days(contract.start, contract.end)) : 0);
    boolean priced = contract.priceAt != ActivityState.NEVER;
    out[i++] =
        (float) (priced ? Math.log1p(SilentFeatures.days(contract.priceAt, state.lastAt())) : 0);
    out[i++] = priced ? 0 : 1;
    return i;
  }

  private static int experience(ActivityState state, float[] out, int first) {
    int i = first;
    long last = state.lastAt();
    out[i++] = state.openSeverity();
    out[i++] = (float) state.repeatContacts.asOf(last);
    double resolution = state.resolutionHours();
    out[i++] = (float) Math.log1p(Math.max(0, resolution));
    out[i++] = resolution < 0 ? 1 : 0;
    out[i++] = (float) state.channels.share(ChannelMix.PHONE);
    out[i++] = (float) state.channels.share(ChannelMix.DIGITAL);
    out[i++] = (float) state.channels.share(ChannelMix.CHAT);
    out[i++] = (float) state.channels.share(ChannelMix.STORE);
    out[i++] = (float) state.failures.asOf(last);
    return i;
  }

  private static int outreach(ActivityState state, float[] out, int first) {
    int i = first;
    out[i++] = (float) state.unanswered.asOf(state.lastAt());
    boolean contacted = state.outbound.n > 0;
    out[i++] =
        (float)
            (contacted
                ? Math.log1p(SilentFeatures.days(state.outbound.lastAt(), state.lastAt()))
                : 0);
    out[i++] = contacted ? 0 : 1;
    return i;
  }

  private static int opinion(ActivityState state, float[] out, int first) {
    int i = first;
    Opinion opinion = state.opinion;
    out[i++] = (float) opinion.lastRating();
    out[i++] = opinion.rated() ? 0 : 1;
    out[i++] = (float) opinion.sentiment();
    out[i++] = opinion.known() ? 0 : 1;
    out[i++] = (float) opinion.drop();
    out[i++] = silentUnhappy(state) ? 1 : 0;
    return i;
  }

  /**
   * True if the customer was last unhappy, by word or by a complaint closed unresolved, and used
   * the service less in the month than in the quarter before the last event.
   */
  private static boolean silentUnhappy(ActivityState state) {
    Occasions use = state.usage;
    if (use.n == 0 || !(state.opinion.last() < UNHAPPY_BELOW || state.lastComplaintUnresolved())) {
      return false;
    }
    double idle = Math.min(SilentFeatures.LONGEST_IDLE, use.idleDays(state.clock(state.lastAt())));
    return SilentFeatures.rate(use.decayed30, 30, use.sumGap, idle)
        < LESS_THAN * SilentFeatures.rate(use.decayed90, 90, use.sumGap, idle);
  }

  /** As of the last use: a month's names against a quarter's. */
  private static double breadthTrend(ActivityState state) {
    long last = state.usage.lastClock;
    double month = state.breadth.decayed(last, 30);
    // Nothing is known without use, nor from a state that was stored before names were remembered.
    return month > 0 ? Math.log(month / state.breadth.decayed(last, 90)) : 0;
  }

  private static double cv(Occasions use, int gaps) {
    double mean = use.sumGap / gaps;
    double variance = Math.max(0, use.sumGap2 / gaps - mean * mean);
    return Math.sqrt(variance) / mean;
  }

  /** 0 for evenly spread use, towards 1 for use in bursts; Zhang, Bradlow and Small (2015). */
  private static double clumpiness(Occasions use) {
    double entropy = use.sumGapLnGap / use.sumGap - Math.log(use.sumGap);
    return Math.min(1, Math.max(0, 1 + entropy / Math.log(use.n)));
  }

  private static double weekdayEntropy(double[] weekdays) {
    double all = 0;
    for (double weekday : weekdays) {
      all += weekday;
    }
    double entropy = 0;
    for (double weekday : weekdays) {
      if (weekday > 0) {
        entropy -= weekday / all * Math.log(weekday / all);
      }
    }
    return entropy / Math.log(7);
  }

  private static double lnRatio(double last, double average) {
    double bound = 3;
    double ratio = Math.log((Math.max(0, last) + 0.01) / (Math.max(0, average) + 0.01));
    return Math.min(bound, Math.max(-bound, ratio));
  }
}
