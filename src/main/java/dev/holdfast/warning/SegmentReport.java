package dev.holdfast.warning;

import org.jspecify.annotations.Nullable;

/**
 * How a watched segment does, as of the newest look at it.
 *
 * @param id its number
 * @param segment its key, such as {@code region=north/plan=basic}
 * @param parent number of the segment that contains it; null at the top
 * @param level 0 for all customers
 * @param slotSeconds 86400 by the day, 3600 by the hour
 * @param slot the newest slot, in days or hours since the epoch
 * @param due customers of whom a visit was to be expected in it
 * @param came those of them who came
 * @param expectedShare share that was to be expected; null while it is not known
 * @param cusum sum of the shortfalls, in standard deviations
 * @param overdispersion variance against a binomial one
 * @param detectableDrop the least lasting drop that shows within a week of days, or a day of hours,
 *     on average; null while it is not known
 * @param state the verdict of the look, in lower case with dashes
 * @param incident number of its open incident; null for none
 */
public record SegmentReport(
    int id,
    String segment,
    @Nullable Integer parent,
    int level,
    int slotSeconds,
    long slot,
    int due,
    int came,
    @Nullable Double expectedShare,
    double cusum,
    double overdispersion,
    @Nullable Double detectableDrop,
    String state,
    @Nullable Long incident) {

  static SegmentReport of(
      int id,
      Segment segment,
      @Nullable Integer parent,
      Rhythm rhythm,
      Look look,
      double detectableDrop,
      @Nullable Long incident) {
    return new SegmentReport(
        id,
        segment.key(),
        parent,
        segment.level(),
        rhythm.seconds(),
        look.slot(),
        look.due(),
        look.came(),
        known(look.expected()),
        look.cusum(),
        look.overdispersion(),
        known(detectableDrop),
        look.verdict().wireName(),
        incident);
  }

  static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }
}
