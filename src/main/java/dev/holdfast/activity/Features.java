package dev.holdfast.activity;

import java.time.Instant;

/**
 * Reads what a model sees of a customer at an instant. Changes nothing; never writes NaN or
 * infinity. Columns and directions are those of {@link FeatureSchema#current()}.
 */
public final class Features {

  private static final double LN2 = Math.log(2);
  private static final double LOWEST_TREND = -10;
  private static final double SMALLEST_RATE = 1e-3;
  private static final double HOUR = 1.0 / 24;
  private static final double PSEUDO_GAPS = 2;
  private static final double PRIOR_SD_LN = 0.8;
  private static final double LONGEST_IDLE = 3_650;
  private static final double MICROS_A_DAY = 86_400_000_000.0;
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
    Occasions use = state.usage;
    long clock = state.clock(at);
    double idle = Math.min(LONGEST_IDLE, use.idleDays(clock));
    double usualGap = use.shrunkenGap(priors.medianGapDays());
    double horizon = priors.horizonDays(state);
    int gaps = Math.max(0, use.n - 1);
    boolean fewGaps = gaps < 3;

    int i = 0;
    out[i++] = (float) idle;
    out[i++] = (float) Math.log1p(idle);
    out[i++] = (float) Math.log1p(idle / usualGap);
    out[i++] = (float) gapQuantile(use, idle, priors);
    out[i++] = (float) gapZ(use, idle, priors);
    out[i++] = (float) Math.log1p(idle / Math.max(use.maxGap, usualGap));
    out[i++] = (float) Math.log(usualGap);
    out[i++] = (float) (gaps == 0 ? 0 : Math.log(use.lastGap / usualGap));
    out[i++] = (float) (gaps == 0 ? 0 : Math.log(use.ewGap / usualGap));
    out[i++] = (float) lnRate(use.decayed7, 7, use.sumGap, idle);
    out[i++] = (float) lnRate(use.decayed30, 30, use.sumGap, idle);
    out[i++] = (float) lnRate(use.decayed90, 90, use.sumGap, idle);
    out[i++] = (float) trend(use.decayed7, 7, use.decayed30, 30, use.sumGap, idle);
    out[i++] = (float) trend(use.decayed30, 30, use.decayed90, 90, use.sumGap, idle);
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
    Occasions buy = state.purchase;
    double sincePurchase = Math.min(LONGEST_IDLE, buy.idleDays(clock));
    out[i++] = (float) Math.log1p(sincePurchase);
    out[i++] = (float) Math.log1p(sincePurchase / buy.shrunkenGap(priors.medianGapDays()));
    out[i++] = buy.n == 0 ? 1 : 0;
    out[i++] = (float) state.interactions.asOf(state.lastAt());
    out[i++] = (float) state.complaints.asOf(state.lastAt());
    out[i++] = state.openComplaints();
    long oldest = state.oldestOpenComplaint();
    out[i++] =
        (float) (oldest == ActivityState.NEVER ? 0 : Math.log1p((at - oldest) / MICROS_A_DAY));
    out[i++] = (float) state.outbound.asOf(state.lastAt());
    out[i++] = (float) state.feedback.asOf(state.lastAt());
    out[i++] = (float) state.cancellations.asOf(state.lastAt());
    out[i++] = state.suspended() ? 1 : 0;
    out[i++] = use.n < 3 ? 1 : 0;
    out[i++] = (float) Math.log(horizon);
    out[i++] =
        (float)
            (use.n == 0
                ? 0
                : priors.bgNbd().logitSilent(gaps, use.sumGap, use.sumGap + idle, horizon));
    i = contract(state, at, out, i);
    i = experience(state, out, i);
    out[i++] = (float) Math.log1p(state.breadth.decayed(clock, 30));
    out[i++] = (float) breadthTrend(state);
    i = outreach(state, out, i);
    i = opinion(state, out, i);
    out[i] = (float) state.hours.shift();
  }

  /** As of the last event, but for the days left. */
  private static int contract(ActivityState state, long at, float[] out, int first) {
    int i = first;
    Contract contract = state.contract;
    boolean runs = contract.runsAt(state.lastAt());
    boolean openEnded = runs && contract.end == Contract.OPEN_ENDED;
    boolean term = runs && !openEnded;
    out[i++] = (float) (term ? Math.log1p(days(at, contract.end)) : 0);
    out[i++] = runs ? 0 : 1;
    out[i++] = openEnded ? 1 : 0;
    out[i++] = (float) (term ? Math.log1p(days(contract.start, contract.end)) : 0);
    boolean priced = contract.priceAt != ActivityState.NEVER;
    out[i++] = (float) (priced ? Math.log1p(days(contract.priceAt, state.lastAt())) : 0);
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
    out[i++] = (float) (contacted ? Math.log1p(days(state.outbound.lastAt(), state.lastAt())) : 0);
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
    double idle = Math.min(LONGEST_IDLE, use.idleDays(state.clock(state.lastAt())));
    return rate(use.decayed30, 30, use.sumGap, idle)
        < LESS_THAN * rate(use.decayed90, 90, use.sumGap, idle);
  }

  /** As of the last use: a month's names against a quarter's. */
  private static double breadthTrend(ActivityState state) {
    long last = state.usage.lastClock;
    double month = state.breadth.decayed(last, 30);
    // Nothing is known without use, nor from a state that was stored before names were remembered.
    return month > 0 ? Math.log(month / state.breadth.decayed(last, 90)) : 0;
  }

  /** Days from one instant to another in microseconds, 0 if it is not later, at most ten years. */
  private static double days(long from, long to) {
    return to <= from ? 0 : Math.min(LONGEST_IDLE, ((double) to - from) / MICROS_A_DAY);
  }

  /** Share of gaps, own and two of the population's, that were no longer than the silence. */
  private static double gapQuantile(Occasions use, double idle, Priors priors) {
    int bin = GapBins.of(idle);
    double fraction = GapBins.fraction(bin, idle);
    double own = 0;
    for (int b = 0; b < bin; b++) {
      own += use.gaps[b];
    }
    own += use.gaps[bin] * fraction;
    int closedBins = priors.gapCdf().size();
    double lower = bin == 0 ? 0 : priors.gapCdf().get(bin - 1);
    double upper = bin < closedBins ? priors.gapCdf().get(bin) : lower;
    double population = Math.min(upper, lower + (upper - lower) * fraction);
    return (PSEUDO_GAPS * population + own) / (PSEUDO_GAPS + Math.max(0, use.n - 1));
  }

  /** The silence in standard deviations of the logarithm of the gaps, shrunk to the population. */
  private static double gapZ(Occasions use, double idle, Priors priors) {
    int gaps = Math.max(0, use.n - 1);
    double priorMean = Math.log(priors.medianGapDays());
    double weight = PSEUDO_GAPS + gaps;
    double mean = (PSEUDO_GAPS * priorMean + use.sumLnGap) / weight;
    double ownSquares = Math.max(0, use.sumLnGap2 - 2 * mean * use.sumLnGap + gaps * mean * mean);
    double variance = (PSEUDO_GAPS * PRIOR_SD_LN * PRIOR_SD_LN + ownSquares) / weight;
    return (Math.log(Math.max(HOUR, idle)) - mean) / Math.sqrt(variance);
  }

  /** Logarithm of the rate per day, corrected for the time before the first use. */
  private static double lnRate(double decayed, double halfLife, double tenure, double idle) {
    return Math.log(SMALLEST_RATE + rate(decayed, halfLife, tenure, idle));
  }

  private static double rate(double decayed, double halfLife, double tenure, double idle) {
    double faded = decayed * Math.pow(2, -idle / halfLife);
    double seen = 1 - Math.pow(2, -(tenure + idle + 1) / halfLife);
    return faded * LN2 / halfLife / seen;
  }

  /**
   * Short against long rate. The correction for the time before the first use is that of the last
   * use, so that the trend is a falling line in silence.
   */
  private static double trend(
      double shortSum,
      double shortHalf,
      double longSum,
      double longHalf,
      double tenure,
      double idle) {
    if (shortSum <= 0 || longSum <= 0) {
      return 0;
    }
    double correction =
        Math.log(
            (1 - Math.pow(2, -(tenure + 1) / longHalf))
                / (1 - Math.pow(2, -(tenure + 1) / shortHalf)));
    double atLast = Math.log(shortSum / longSum) + Math.log(longHalf / shortHalf) + correction;
    return Math.max(LOWEST_TREND, atLast - LN2 * (1 / shortHalf - 1 / longHalf) * idle);
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
