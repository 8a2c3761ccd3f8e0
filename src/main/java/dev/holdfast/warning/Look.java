package dev.holdfast.warning;

import java.util.Locale;

/**
 * What one evaluation of a segment saw.
 *
 * @param slot number of the evaluation since the epoch: a day or an hour
 * @param due customers of whom a visit was to be expected
 * @param came those of them who came
 * @param expected share that was to be expected, in (0, 1); NaN while not yet known
 * @param z how far what came lies from what was expected, in standard deviations that allow for
 *     over-dispersion; negative is fewer; NaN while not yet known
 * @param ownZ the same without the part that the parent segment explains
 * @param cusum sum of the shortfalls of the current run, 0 or more
 * @param drop share of the expected customers of the run that did not come; negative if more came
 * @param missing their number
 * @param overdispersion variance against a binomial one, at least 1
 * @param verdict what follows
 */
public record Look(
    long slot,
    int due,
    int came,
    double expected,
    double z,
    double ownZ,
    double cusum,
    double drop,
    double missing,
    double overdispersion,
    Verdict verdict) {

  /** What follows from an evaluation. */
  public enum Verdict {
    /** Too little history, or learning a new level: nothing can be said. */
    NOT_YET_KNOWN,
    /** Not judged: a holiday, or an outage that we know of. */
    NOT_JUDGED,
    /** Nothing to say. */
    QUIET,
    /** The bell rings: customers have been missing for a while, or all at once. */
    RINGS,
    /** It rang and they are still missing. */
    STILL_RINGING,
    /** They are back. */
    RECOVERED,
    /** They are not back, and what was a drop is now the level to compare with. */
    NEW_LEVEL;

    /** The name in answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** True from the ring to the slot before recovery. */
  public boolean ringing() {
    return verdict == Verdict.RINGS || verdict == Verdict.STILL_RINGING;
  }

  /** True if there is a score. */
  boolean judged() {
    return !Double.isNaN(z);
  }
}
