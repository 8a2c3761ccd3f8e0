package dev.holdfast.model;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.SilentFeatures;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The risk of one customer after another as silence goes on: now, and when it will reach a level if
 * nothing happens. What stands still in silence is computed once per customer, and the levels of a
 * customer share what is known of the curve. Every risk is that of {@link ChurnModel#risk}, bit for
 * bit, and every minute the one that looking at each minute would find.
 *
 * <p>Made once for many customers; not thread-safe.
 */
public final class Silence {

  private static final long MICROS_PER_MINUTE = 60_000_000;

  // A step that makes so much of the rise is tried before a line is.
  private static final double WORTH_LOOKING = 0.25;

  private final ChurnModel model;
  private final SilentFeatures features;
  private final Track track;
  private final float[] row = new float[FeatureSchema.current().size()];
  private long silentSince;
  // The instant judged last and its margin; whether the track still stands there.
  private boolean judged;
  private boolean isThere;
  private long judgedAt;
  private double judgedMargin;
  // Margins known of this customer at whole minutes, ascending.
  private long[] minutes = new long[64];
  private double[] margins = new double[64];
  private int known;
  private long evaluations;

  Silence(ChurnModel model, Evaluator evaluator) {
    this.model = model;
    this.features = new SilentFeatures(model.priors());
    this.track = Track.of(evaluator);
  }

  /**
   * Turns to a customer.
   *
   * @param state with at least one event, not changed while this is used for it
   * @return this
   */
  public Silence of(ActivityState state) {
    features.start(state, row);
    track.start(row);
    silentSince = Crossing.minuteOf(state.lastOccurredAt());
    judged = false;
    known = 0;
    return this;
  }

  /**
   * Calibrated probability of churn in the horizon that starts at {@code t}.
   *
   * @param t not before the newest event of the state
   * @return in (0, 1); never falls as {@code t} grows
   */
  public double riskAt(Instant t) {
    judge(micros(t));
    return model.calibrator().probability(judgedMargin);
  }

  private void judge(long at) {
    if (judged && judgedAt == at) {
      return;
    }
    track.open();
    judgedMargin = marginAt(at);
    judgedAt = at;
    judged = true;
    isThere = true;
  }

  /**
   * The first whole minute after {@code from}, at most {@code horizon} later, at which the risk is
   * at or above the level.
   *
   * @param level in (0, 1)
   * @param from not before the newest event of the state; the risk there is below the level
   * @return empty if the risk stays below the level over the horizon
   */
  public Optional<Instant> firstAtOrAbove(double level, Instant from, Duration horizon) {
    double target = model.marginAt(level);
    long lower = Crossing.minuteOf(from);
    long upper = lower + horizon.toMinutes();
    judge(micros(from));
    double atLower = judgedMargin - target;
    if (!(atLower < 0)) {
      return Optional.of(Crossing.instant(lower + 1));
    }
    track.open();
    if (isThere) {
      track.isLower();
    }
    double atUpper = Double.NaN;
    for (int i = 0; i < known && Double.isNaN(atUpper); i++) {
      if (minutes[i] > lower && minutes[i] <= upper) {
        if (margins[i] < target) {
          lower = minutes[i];
          atLower = margins[i] - target;
        } else {
          upper = minutes[i];
          atUpper = margins[i] - target;
        }
      }
    }
    if (lower == upper) {
      return Optional.empty();
    }
    Search search = new Search(target);
    if (Double.isNaN(atUpper)) {
      atUpper = search.at(upper);
      if (atUpper < 0) {
        return Optional.empty();
      }
      search.isReached();
    }
    return Optional.of(
        Crossing.instant(Crossing.search(search, silentSince, lower, atLower, upper, atUpper)));
  }

  private final class Search implements Crossing.Excess {

    private final double target;

    Search(double target) {
      this.target = target;
    }

    @Override
    public double at(long minute) {
      isThere = false;
      double margin = marginAt(minute * MICROS_PER_MINUTE);
      remember(minute, margin);
      return margin - target;
    }

    @Override
    public long step(long lower, long upper, double rise) {
      if (track.findStep() < WORTH_LOOKING * rise) {
        return upper + 1;
      }
      int column = track.stepColumn();
      long before = lower;
      long past = upper;
      while (past - before > 1) {
        long middle = (before + past) >>> 1;
        if (track.isPastStep(features.at(column, middle * MICROS_PER_MINUTE))) {
          past = middle;
        } else {
          before = middle;
        }
      }
      return past;
    }

    @Override
    public void isBelow() {
      track.isLower();
    }

    @Override
    public void isReached() {
      track.isUpper();
    }
  }

  private double marginAt(long micros) {
    evaluations++;
    features.moveTo(micros, row);
    return track.margin(row);
  }

  private void remember(long minute, double margin) {
    if (known == minutes.length) {
      minutes = Arrays.copyOf(minutes, 2 * known);
      margins = Arrays.copyOf(margins, 2 * known);
    }
    int at = known++;
    for (; at > 0 && minutes[at - 1] > minute; at--) {
      minutes[at] = minutes[at - 1];
      margins[at] = margins[at - 1];
    }
    minutes[at] = minute;
    margins[at] = margin;
  }

  /** How often the model was evaluated so far. */
  public long evaluations() {
    return evaluations;
  }

  private static long micros(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
  }
}
