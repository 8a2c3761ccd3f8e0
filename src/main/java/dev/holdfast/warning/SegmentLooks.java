package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was seen of segments, as stored: the chart of a segment. */
@ApplicationScoped
public class SegmentLooks {

  private final BellStore store;
  private final Calendars calendars;

  SegmentLooks(BellStore store, Calendars calendars) {
    this.store = store;
    this.calendars = calendars;
  }

  /**
   * One slot.
   *
   * @param start its first instant
   * @param due customers of whom a visit was to be expected
   * @param came those of them who came
   * @param expected how many were to be expected; null while it is not known
   * @param z how far that lies apart in standard deviations, what the parent explains taken off;
   *     null while it is not known
   * @param cusum sum of the shortfalls
   * @param verdict in lower case with dashes
   */
  public record Point(
      Instant start,
      int due,
      int came,
      @Nullable Double expected,
      @Nullable Double z,
      double cusum,
      String verdict) {}

  /**
   * The newest looks between two instants, in the order of time.
   *
   * @param slotSeconds 86400 by the day, 3600 by the hour
   * @param from null for the beginning
   * @param to null for the end
   * @throws Problem 400 if there are no slots of this length
   */
  public List<Point> of(
      int segmentId, int slotSeconds, @Nullable Instant from, @Nullable Instant to, int limit) {
    Rhythm rhythm;
    try {
      rhythm = Rhythm.ofSeconds(slotSeconds);
    } catch (IllegalArgumentException none) {
      throw Problem.badRequest("slotSeconds must be 86400 or 3600, was " + slotSeconds + ".");
    }
    OperationalCalendar calendar = calendars.inForce();
    long first = from == null ? Integer.MIN_VALUE : rhythm.slotOf(calendar, from);
    long last = to == null ? Integer.MAX_VALUE : rhythm.slotOf(calendar, to);
    return store.looks(rhythm, segmentId, first, last, limit).stream()
        .map(
            look ->
                new Point(
                    rhythm.start(calendar, look.slot()),
                    look.due(),
                    look.came(),
                    SegmentReport.known(look.expected() * look.due()),
                    SegmentReport.known(look.ownZ()),
                    look.cusum(),
                    look.verdict().wireName()))
        .toList();
  }
}
