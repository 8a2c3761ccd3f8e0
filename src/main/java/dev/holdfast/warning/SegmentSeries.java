package dev.holdfast.warning;

import dev.holdfast.warning.Look.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One segment through time: each slot's customers against the same weekday (or hour of the week) of
 * weeks ago, and the CUSUM of what is missing.
 *
 * <p>The baseline is the mean of up to eight weeks that end three weeks back, so that an outage
 * does not become its own baseline. The variance is the binomial one times the over-dispersion
 * measured on four weeks that end two weeks back. Holidays and slots under alarm are in neither.
 * Constant memory and constant cost per slot; slots come in order and may be missing. Not
 * thread-safe.
 */
final class SegmentSeries {

  static final int BASELINE_WEEKS = 8;

  private static final int FIRST_BASELINE_WEEK = 3;
  private static final int KEPT_WEEKS = FIRST_BASELINE_WEEK + BASELINE_WEEKS + 1;
  private static final int LAG_WEEKS = 2;
  private static final int VARIANCE_WEEKS = 4;
  private static final int LEAST_BASELINE = 3;
  private static final int LEAST_SCORES = 14;
  private static final double OUTAGE_Z = -6;
  // That none of so many expected customers comes by chance is out of the question at any noise we
  // saw.
  private static final double LEAST_OF_AN_OUTAGE = 20;
  private static final double BACK_Z = -1;
  private static final int BACK_SLOTS = 3;

  /** Logarithm of the odds that they are back; 148 to 1. */
  private static final double BACK_EVIDENCE = 5;

  private static final int NEW_LEVEL_WEEKS = 4;

  private final BellSettings settings;
  private final long[] slots;
  private final int[] due;
  private final int[] came;
  private final double[] rawZ;
  private final double[] z;
  private final double[] parentZ;
  private final boolean[] excluded;

  private long newest = Long.MIN_VALUE;
  private long levelSince = Long.MIN_VALUE;
  private long rangAt = Long.MIN_VALUE;
  private int back;
  private double backEvidence;
  private double lost;
  private double overdispersion = Double.NaN;
  private double cusum;
  private double expectedInRun;
  private double cameInRun;

  /** A segment of which nothing is known. */
  SegmentSeries(BellSettings settings) {
    this.settings = settings;
    int kept = KEPT_WEEKS * settings.slotsAWeek();
    slots = new long[kept];
    Arrays.fill(slots, Long.MIN_VALUE);
    due = new int[kept];
    came = new int[kept];
    rawZ = new double[kept];
    z = new double[kept];
    parentZ = new double[kept];
    excluded = new boolean[kept];
  }

  /**
   * Takes the next slot.
   *
   * @param slot later than the last
   * @param due customers of whom a visit was to be expected, 0 or more
   * @param came those who came, at most {@code due}
   * @param judge false for a holiday, or where our own outage explains the absence: the slot is
   *     kept for the chart and counts for nothing
   * @param parent the same slot of the segment that contains this one; null at the top
   */
  Look look(long slot, int due, int came, boolean judge, @Nullable Look parent) {
    if (slot <= newest || due < 0 || came < 0 || came > due) {
      throw new IllegalArgumentException(
          "slots come in order and at most all come: slot "
              + slot
              + " after "
              + newest
              + ", "
              + came
              + " of "
              + due);
    }
    newest = slot;
    int at = index(slot);
    slots[at] = slot;
    this.due[at] = due;
    this.came[at] = came;
    rawZ[at] = Double.NaN;
    z[at] = Double.NaN;
    parentZ[at] = parent == null ? Double.NaN : parent.z();
    excluded[at] = !judge || ringing();
    if (!judge) {
      return seen(slot, Double.NaN, Double.NaN, Double.NaN, 1, Verdict.NOT_JUDGED);
    }

    double[] baseline = baseline(slot);
    double expected = baseline[0];
    if (Double.isNaN(expected) || due == 0) {
      return seen(slot, expected, Double.NaN, Double.NaN, 1, Verdict.NOT_YET_KNOWN);
    }
    double share = (double) came / due;
    double sd = Math.sqrt(expected * (1 - expected) / due * (1 + 1 / baseline[1]));
    rawZ[at] = (share - expected) / sd;
    double overdispersion = overdispersion(slot);
    if (Double.isNaN(overdispersion)) {
      return seen(slot, expected, Double.NaN, Double.NaN, 1, Verdict.NOT_YET_KNOWN);
    }
    z[at] = rawZ[at] / Math.sqrt(overdispersion);
    double explained = explained(slot, parentZ[at]);
    double own = z[at] - explained;
    if (ringing()) {
      double oneSd = sd * Math.sqrt(overdispersion) / expected;
      return ringingLook(slot, expected, own, oneSd, overdispersion);
    }
    double rarity =
        rootDeviance(due, came, expected) / Math.sqrt((1 + 1 / baseline[1]) * overdispersion);
    return judge(slot, expected, own, rarity - explained, overdispersion);
  }

  /**
   * How rare it is that so few came, on the scale of a standard normal score: the root of the
   * deviance, negative. The score itself says too little of few tens of customers, for it cannot
   * fall below that of nobody; 0 if no fewer came than expected.
   *
   * @see <a href="https://doi.org/10.1007/978-1-4899-3242-6">McCullagh and Nelder (1989),
   *     Generalized Linear Models, 2.4.3</a>
   */
  private static double rootDeviance(int due, int came, double expected) {
    double mean = expected * due;
    if (came >= mean) {
      return 0;
    }
    double ofThose = came == 0 ? 0 : came * Math.log(came / mean);
    double ofOthers = (due - came) * Math.log1p((mean - came) / (due - mean));
    return -Math.sqrt(2 * Math.max(0, ofThose + ofOthers));
  }

  private Look judge(long slot, double expected, double own, double rarity, double overdispersion) {
    int at = index(slot);
    double next = Math.max(0, cusum - own - CusumLimit.ALLOWANCE);
    if (next == 0) {
      expectedInRun = 0;
      cameInRun = 0;
    } else {
      expectedInRun += expected * due[at];
      cameInRun += came[at];
    }
    // What the gate holds back need not be remembered without end.
    cusum = Math.min(next, 2 * settings.limit());
    boolean worthIt = worthIt(drop(), expectedInRun - cameInRun);
    // What is missing now counts for an outage: a long run of little would hide it.
    double expectedNow = expected * due[at];
    double droppedNow = 1 - came[at] / expectedNow;
    boolean outage =
        (rarity < OUTAGE_Z || (came[at] == 0 && expectedNow >= LEAST_OF_AN_OUTAGE))
            && worthIt(droppedNow, expectedNow - came[at]);
    boolean rings = outage || (worthIt && next > settings.limit());
    Look look =
        seen(slot, expected, z[at], own, overdispersion, rings ? Verdict.RINGS : Verdict.QUIET);
    if (rings) {
      rangAt = slot;
      back = 0;
      backEvidence = 0;
      // Of an hour in which few are expected the share says nothing, unless it rang by itself.
      lost = outage ? droppedNow : drop();
      excluded[at] = true;
      excludeRun(slot);
    }
    return look;
  }

  private boolean worthIt(double drop, double missing) {
    return drop >= settings.leastDrop() && missing >= settings.leastMissing();
  }

  /** The slots of the last two weeks that led to the alarm are no baseline for later ones. */
  private void excludeRun(long slot) {
    double remaining = cusum;
    for (long s = slot; s > slot - LAG_WEEKS * settings.slotsAWeek() && remaining > 0; s--) {
      int at = index(s);
      if (slots[at] == s && z[at] < -CusumLimit.ALLOWANCE) {
        excluded[at] = true;
        remaining += z[at] + CusumLimit.ALLOWANCE;
      }
    }
  }

  /**
   * They are back when some slots are as usual and it is far likelier that all come than that as
   * many as at the ring stay away: in hours of the night few are expected, whoever stays away.
   *
   * @param oneSd share of the expected customers that is one standard deviation of the score
   */
  private Look ringingLook(
      long slot, double expected, double own, double oneSd, double overdispersion) {
    int at = index(slot);
    expectedInRun += expected * due[at];
    cameInRun += came[at];
    back = own >= BACK_Z ? back + 1 : 0;
    double shift = lost / oneSd;
    backEvidence = Math.max(0, backEvidence + shift * (own + shift / 2));
    Verdict verdict = Verdict.STILL_RINGING;
    if (back >= BACK_SLOTS && backEvidence >= BACK_EVIDENCE) {
      verdict = Verdict.RECOVERED;
    } else if (slot - rangAt >= (long) NEW_LEVEL_WEEKS * settings.slotsAWeek()) {
      verdict = Verdict.NEW_LEVEL;
    }
    Look look = seen(slot, expected, z[at], own, overdispersion, verdict);
    if (verdict == Verdict.NEW_LEVEL) {
      levelSince = rangAt;
      for (int i = 0; i < slots.length; i++) {
        excluded[i] &= slots[i] < rangAt;
      }
    }
    if (!look.ringing()) {
      rangAt = Long.MIN_VALUE;
      cusum = 0;
      expectedInRun = 0;
      cameInRun = 0;
    }
    return look;
  }

  private boolean ringing() {
    return rangAt != Long.MIN_VALUE;
  }

  private double drop() {
    return expectedInRun > 0 ? 1 - cameInRun / expectedInRun : 0;
  }

  private Look seen(
      long slot, double expected, double z, double own, double overdispersion, Verdict verdict) {
    int at = index(slot);
    return new Look(
        slot,
        due[at],
        came[at],
        expected,
        z,
        own,
        cusum,
        drop(),
        expectedInRun - cameInRun,
        overdispersion,
        verdict);
  }

  /** The share to be expected, kept off 0 and 1 by half a customer, and of how many slots it is. */
  private double[] baseline(long slot) {
    double customers = 0;
    double present = 0;
    int used = 0;
    for (int week = FIRST_BASELINE_WEEK; week < FIRST_BASELINE_WEEK + BASELINE_WEEKS; week++) {
      long then = slot - (long) week * settings.slotsAWeek();
      int at = index(then);
      if (slots[at] == then && then >= levelSince && !excluded[at] && due[at] > 0) {
        customers += due[at];
        present += came[at];
        used++;
      }
    }
    return used < LEAST_BASELINE
        ? new double[] {Double.NaN, used}
        : new double[] {(present + 0.5) / (customers + 1), used};
  }

  /** The last one known where an alarm has taken its slots away. */
  private double overdispersion(long slot) {
    double squares = 0;
    int used = 0;
    for (long then = first(slot, VARIANCE_WEEKS); then < slot - lag(); then++) {
      int at = index(then);
      if (slots[at] == then && !excluded[at] && !Double.isNaN(rawZ[at])) {
        squares += rawZ[at] * rawZ[at];
        used++;
      }
    }
    if (used >= LEAST_SCORES) {
      overdispersion = Math.max(1, squares / used);
    }
    return overdispersion;
  }

  /**
   * The part of the score that the parent's explains, by a regression of past scores on the
   * parent's.
   */
  private double explained(long slot, double parent) {
    if (Double.isNaN(parent)) {
      return 0;
    }
    double products = 0;
    double squares = 0;
    int used = 0;
    for (long then = first(slot, BASELINE_WEEKS); then < slot - lag(); then++) {
      int at = index(then);
      if (slots[at] == then
          && !excluded[at]
          && !Double.isNaN(z[at])
          && !Double.isNaN(parentZ[at])) {
        products += z[at] * parentZ[at];
        squares += parentZ[at] * parentZ[at];
        used++;
      }
    }
    if (used < LEAST_SCORES || squares == 0) {
      return 0;
    }
    return Math.min(1, Math.max(0, products / squares)) * parent;
  }

  private long first(long slot, int weeks) {
    return slot - lag() - (long) weeks * settings.slotsAWeek();
  }

  private long lag() {
    return (long) LAG_WEEKS * settings.slotsAWeek();
  }

  private int index(long slot) {
    return (int) Math.floorMod(slot, (long) slots.length);
  }
}
