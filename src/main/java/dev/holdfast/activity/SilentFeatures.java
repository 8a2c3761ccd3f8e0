package dev.holdfast.activity;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The features of one customer as silence goes on: what stands still until the next event is
 * computed once, what moves at each instant. {@link Features} reads with the same code, so that the
 * values are equal bit for bit.
 *
 * <p>Holds the state by reference and is of no use after the next event. Not thread-safe.
 */
public final class SilentFeatures {

  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final int[] MOVING =
      IntStream.range(0, SCHEMA.size())
          .filter(i -> SCHEMA.features().get(i).direction() != Direction.FROZEN)
          .toArray();
  // Per column that moves, in the same order.
  private static final Moving[] RULES =
      IntStream.of(MOVING)
          .mapToObj(i -> Moving.valueOf(SCHEMA.features().get(i).name().toUpperCase(Locale.ROOT)))
          .toArray(Moving[]::new);
  private static final Moving[] RULE_OF = new Moving[SCHEMA.size()];

  static {
    for (int i = 0; i < MOVING.length; i++) {
      RULE_OF[MOVING[i]] = RULES[i];
    }
  }

  /** The columns that move, by name. */
  private enum Moving {
    IDLE,
    LN1P_IDLE,
    LN1P_IDLE_RATIO,
    GAP_QUANTILE,
    GAP_Z,
    LN1P_OVER_MAX,
    LN_RATE_7,
    LN_RATE_30,
    LN_RATE_90,
    TREND_S,
    TREND_L,
    LN1P_DAYS_SINCE_PURCHASE,
    LN1P_PURCHASE_RATIO,
    LN1P_OPEN_AGE,
    BGNBD_LOGIT,
    LN1P_CONTRACT_DAYS_LEFT,
    LN1P_BREADTH
  }

  private static final double LN2 = Math.log(2);
  private static final double LOWEST_TREND = -10;
  private static final double SMALLEST_RATE = 1e-3;
  private static final double HOUR = 1.0 / 24;
  private static final double PSEUDO_GAPS = 2;
  private static final double PRIOR_SD_LN = 0.8;
  private static final double BREADTH_HALF_LIFE = 30;
  static final double LONGEST_IDLE = 3_650;
  static final double MICROS_A_DAY = 86_400_000_000.0;

  private final Priors priors;
  private ActivityState state = ActivityState.empty();
  private long lastAt;
  private double usualGap;
  private double longestGap;
  private double horizon;
  private int gaps;
  private final double[] shorterGaps = new double[GapBins.COUNT];
  private double gapWeight;
  private double gapMean;
  private double gapSd;
  private double weekTrendAtLast;
  private double monthTrendAtLast;
  private double purchaseGap;
  private long oldestOpenComplaint;
  private boolean hasTerm;
  private double breadthAtLast;

  /** A reader for customers of a population, one after another. */
  public SilentFeatures(Priors priors) {
    this.priors = priors;
  }

  /** The columns that move in silence, ascending: those with a direction. */
  public static int[] moving() {
    return MOVING.clone();
  }

  /**
   * Turns to a customer and writes the columns that stand still; the others are written by {@link
   * #moveTo}.
   *
   * @param out as long as the schema
   */
  public void start(ActivityState customer, float[] out) {
    state = customer;
    lastAt = customer.lastAt();
    Occasions use = customer.usage;
    usualGap = use.shrunkenGap(priors.medianGapDays());
    longestGap = Math.max(use.maxGap, usualGap);
    horizon = priors.horizonDays(customer);
    gaps = Math.max(0, use.n - 1);
    double shorter = 0;
    for (int bin = 0; bin < shorterGaps.length; bin++) {
      shorterGaps[bin] = shorter;
      shorter += use.gaps[bin];
    }
    gapWeight = PSEUDO_GAPS + gaps;
    gapMean = (PSEUDO_GAPS * Math.log(priors.medianGapDays()) + use.sumLnGap) / gapWeight;
    double squares =
        Math.max(0, use.sumLnGap2 - 2 * gapMean * use.sumLnGap + gaps * gapMean * gapMean);
    gapSd = Math.sqrt((PSEUDO_GAPS * PRIOR_SD_LN * PRIOR_SD_LN + squares) / gapWeight);
    weekTrendAtLast = trendAtLast(use.decayed7, 7, use.decayed30, 30, use.sumGap);
    monthTrendAtLast = trendAtLast(use.decayed30, 30, use.decayed90, 90, use.sumGap);
    purchaseGap = customer.purchase.shrunkenGap(priors.medianGapDays());
    oldestOpenComplaint = customer.oldestOpenComplaint();
    hasTerm = customer.contract.runsAt(lastAt) && customer.contract.end != Contract.OPEN_ENDED;
    breadthAtLast = use.n == 0 ? 0 : customer.breadth.decayed(use.lastClock, BREADTH_HALF_LIFE);
    Features.writeFrozen(customer, priors, usualGap, horizon, out);
  }

  /**
   * Writes the columns that move.
   *
   * @param micros since the epoch, not before the newest event
   * @param out the array given to {@link #start}
   * @throws IllegalArgumentException if that is before the newest event
   */
  public void moveTo(long micros, float[] out) {
    if (micros < lastAt) {
      throw new IllegalArgumentException(
          "features cannot be read "
              + (lastAt - micros)
              + " microseconds before the newest event at "
              + state.lastOccurredAt());
    }
    long clock = state.clock(micros);
    double idle = Math.min(LONGEST_IDLE, state.usage.idleDays(clock));
    double lnIdle = Math.log(Math.max(HOUR, idle));
    for (int i = 0; i < MOVING.length; i++) {
      out[MOVING[i]] = (float) value(RULES[i], micros, clock, idle, lnIdle);
    }
  }

  /**
   * One of the columns that move.
   *
   * @param micros since the epoch, not before the newest event
   */
  public float at(int column, long micros) {
    long clock = state.clock(micros);
    double idle = Math.min(LONGEST_IDLE, state.usage.idleDays(clock));
    double lnIdle = Math.log(Math.max(HOUR, idle));
    return (float) value(RULE_OF[column], micros, clock, idle, lnIdle);
  }

  private double value(Moving column, long micros, long clock, double idle, double lnIdle) {
    Occasions use = state.usage;
    return switch (column) {
      case IDLE -> idle;
      case LN1P_IDLE -> Math.log1p(idle);
      case LN1P_IDLE_RATIO -> Math.log1p(idle / usualGap);
      case GAP_QUANTILE -> gapQuantile(idle, lnIdle);
      case GAP_Z -> (lnIdle - gapMean) / gapSd;
      case LN1P_OVER_MAX -> Math.log1p(idle / longestGap);
      case LN_RATE_7 -> lnRate(use.decayed7, 7, use.sumGap, idle);
      case LN_RATE_30 -> lnRate(use.decayed30, 30, use.sumGap, idle);
      case LN_RATE_90 -> lnRate(use.decayed90, 90, use.sumGap, idle);
      case TREND_S -> trend(use.decayed7, 7, use.decayed30, 30, weekTrendAtLast, idle);
      case TREND_L -> trend(use.decayed30, 30, use.decayed90, 90, monthTrendAtLast, idle);
      case LN1P_DAYS_SINCE_PURCHASE -> Math.log1p(sincePurchase(clock));
      case LN1P_PURCHASE_RATIO -> Math.log1p(sincePurchase(clock) / purchaseGap);
      case LN1P_OPEN_AGE ->
          oldestOpenComplaint == ActivityState.NEVER
              ? 0
              : Math.log1p((micros - oldestOpenComplaint) / MICROS_A_DAY);
      case BGNBD_LOGIT ->
          use.n == 0 ? 0 : priors.bgNbd().logitSilent(gaps, use.sumGap, use.sumGap + idle, horizon);
      case LN1P_CONTRACT_DAYS_LEFT -> hasTerm ? Math.log1p(days(micros, state.contract.end)) : 0;
      case LN1P_BREADTH -> Math.log1p(breadth(clock));
    };
  }

  private double sincePurchase(long clock) {
    return Math.min(LONGEST_IDLE, state.purchase.idleDays(clock));
  }

  /** Share of gaps, own and two of the population's, that were no longer than the silence. */
  private double gapQuantile(double idle, double lnIdle) {
    int bin = GapBins.of(idle);
    double fraction =
        idle >= HOUR ? GapBins.fractionOfLn(bin, lnIdle) : GapBins.fraction(bin, idle);
    double own = shorterGaps[bin] + state.usage.gaps[bin] * fraction;
    List<Double> shares = priors.gapCdf();
    double lower = bin == 0 ? 0 : shares.get(bin - 1);
    double upper = bin < shares.size() ? shares.get(bin) : lower;
    double population = Math.min(upper, lower + (upper - lower) * fraction);
    return (PSEUDO_GAPS * population + own) / gapWeight;
  }

  /** Names used lately fade together, from what they were at the last use. */
  private double breadth(long clock) {
    if (breadthAtLast == 0) {
      return 0;
    }
    double idle = (clock - state.usage.lastClock) / MICROS_A_DAY;
    return breadthAtLast * Math.pow(2, -Math.max(0, idle) / BREADTH_HALF_LIFE);
  }

  /** Logarithm of the rate per day, corrected for the time before the first use. */
  private static double lnRate(double decayed, double halfLife, double tenure, double idle) {
    return Math.log(SMALLEST_RATE + rate(decayed, halfLife, tenure, idle));
  }

  static double rate(double decayed, double halfLife, double tenure, double idle) {
    double faded = decayed * Math.pow(2, -idle / halfLife);
    double seen = 1 - Math.pow(2, -(tenure + idle + 1) / halfLife);
    return faded * LN2 / halfLife / seen;
  }

  /**
   * Short against long rate at the last use. The correction for the time before the first use stays
   * that of the last use, so that the trend is a falling line in silence.
   */
  private static double trendAtLast(
      double shortSum, double shortHalf, double longSum, double longHalf, double tenure) {
    if (shortSum <= 0 || longSum <= 0) {
      return 0;
    }
    double correction =
        Math.log(
            (1 - Math.pow(2, -(tenure + 1) / longHalf))
                / (1 - Math.pow(2, -(tenure + 1) / shortHalf)));
    return Math.log(shortSum / longSum) + Math.log(longHalf / shortHalf) + correction;
  }

  private static double trend(
      double shortSum,
      double shortHalf,
      double longSum,
      double longHalf,
      double atLast,
      double idle) {
    if (shortSum <= 0 || longSum <= 0) {
      return 0;
    }
    return Math.max(LOWEST_TREND, atLast - LN2 * (1 / shortHalf - 1 / longHalf) * idle);
  }

  /** Days from one instant to another in microseconds, 0 if it is not later, at most ten years. */
  static double days(long from, long to) {
    return to <= from ? 0 : Math.min(LONGEST_IDLE, ((double) to - from) / MICROS_A_DAY);
  }
}
