package dev.holdfast.warning;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a feed does.
 *
 * @param source its name
 * @param cadence how it reports
 * @param maxSilence the longest step that is still normal
 * @param reported how far it has reported; null before the first event
 * @param watermark how far that is believed; behind {@code reported} while it is doubted
 * @param customers whose last use it reported
 * @param conditions what is wrong now; empty if nothing is
 * @param incident number of its open incident; null if there is none
 * @param volume of the last hour (of a daily source: day) that it has reported whole; null while
 *     there is none
 * @param shares of the last day's messages; null if none came
 * @param usualShares of the four weeks before; null while too few came to tell
 */
public record FeedReport(
    String source,
    String cadence,
    Duration maxSilence,
    @Nullable Instant reported,
    @Nullable Instant watermark,
    long customers,
    Set<FeedCondition> conditions,
    @Nullable Long incident,
    @Nullable Volume volume,
    @Nullable Shares shares,
    @Nullable Shares usualShares) {

  /**
   * Events of a slot against those of the same weekday and hour.
   *
   * @param from start of the slot
   * @param events that occurred in it
   * @param expected mean of up to eight weeks that end three weeks back; null while there are fewer
   *     than three
   * @param overdispersion variance against a Poisson one, at least 1; null while not known
   */
  public record Volume(
      Instant from, long events, @Nullable Double expected, @Nullable Double overdispersion) {}

  /**
   * Shares of the messages received, each in [0, 1].
   *
   * @param received how many messages
   * @param duplicate repeats
   * @param late too old to be applied
   * @param refused put aside
   * @param unmapped put aside because the name has no kind; part of the refused
   */
  public record Shares(
      long received, double duplicate, double late, double refused, double unmapped) {}
}
