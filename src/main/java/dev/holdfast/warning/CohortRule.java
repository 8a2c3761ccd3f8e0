package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.warning.SegmentLook.Shortfall;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What looks at segments mean for incidents: which are opened, which belong to which, which are
 * over. Where they are kept is the book's affair, so that the live watch and a replay ring alike.
 */
final class CohortRule {

  private final Book book;

  CohortRule(Book book) {
    this.book = book;
  }

  /**
   * An incident that is open.
   *
   * @param slotSeconds of the rhythm that follows it
   * @param since when visits began to be missing
   * @param ours true if people said that it is a fault of ours
   */
  record Open(
      long id, int segmentId, @Nullable Long parent, int slotSeconds, Instant since, boolean ours) {

    /** The same as a part of another. */
    Open within(long other) {
      return new Open(id, segmentId, other, slotSeconds, since, ours);
    }
  }

  /** Keeps incidents. */
  interface Book {

    /** The open ones, by segment. */
    Map<Integer, Open> open();

    /** True if people were told of this run already, or of another one a moment ago. */
    boolean toldOfLately(int segmentId, Instant since, Instant now);

    /**
     * Opens one.
     *
     * @param parent the incident of which it is a part; null for none
     * @param detectable least drop that shows, NaN while it is not known
     * @return its number; empty if the segment has an open one by now
     */
    OptionalLong raise(
        Rhythm rhythm,
        SegmentLook look,
        Shortfall shortfall,
        double detectable,
        int segmentId,
        @Nullable Long parent,
        Instant since,
        Instant now);

    /** Notes how an open one does. */
    void update(long id, Rhythm rhythm, SegmentLook look, Shortfall shortfall, double detectable);

    /** Makes an open one a part of another. */
    void attach(long child, long parent, Instant now);

    /** Ends one. */
    void end(long id, Instant now, String cause);

    /** Notes what would have ended one that is a fault of ours. */
    void outlived(long id, Instant now, String cause);
  }

  /**
   * What a look means.
   *
   * @param rhythm of the slot
   * @param calendar that says when a slot begins
   * @param looks each after that of the segment which contains it
   * @param ids numbers of the segments by key
   * @param bell that looked
   * @param news false if the slot is too old to raise anything
   */
  void follow(
      Rhythm rhythm,
      OperationalCalendar calendar,
      List<SegmentLook> looks,
      Map<String, Integer> ids,
      Bell bell,
      boolean news,
      Instant now) {
    Map<Integer, Open> open = book.open();
    for (SegmentLook one : looks) {
      Integer id = ids.get(one.segment().key());
      Shortfall shortfall = one.shortfall();
      if (id == null) {
        continue;
      }
      Open incident = open.get(id);
      if (incident != null) {
        if (incident.slotSeconds() == rhythm.seconds()) {
          if (shortfall != null) {
            double detectable = bell.detectableDrop(one.segment());
            book.update(incident.id(), rhythm, one, shortfall, detectable);
          }
          endIfOver(incident, one.look(), rhythm.end(calendar, one.look().slot()), now);
        }
      } else if (news && one.look().ringing() && shortfall != null) {
        raise(rhythm, calendar, one, shortfall, id, ids, bell, open, now);
      }
    }
  }

  private void endIfOver(Open incident, Look look, Instant end, Instant now) {
    if (look.ringing()) {
      return;
    }
    String cause =
        switch (look.verdict()) {
          case RECOVERED -> "they are back";
          case NEW_LEVEL -> "they did not come back; what is left is the level to compare with now";
          case NOT_JUDGED, NOT_YET_KNOWN -> null;
          default -> "the bell, as it is set now, does not ring";
        };
    if (cause == null) {
      return;
    }
    if (!incident.ours() || surelyBack(incident, look, end)) {
      book.end(incident.id(), now, cause);
    } else if (look.verdict() != Look.Verdict.QUIET) {
      book.outlived(incident.id(), now, cause);
    }
  }

  /**
   * True if those who were missing are there again. What has lasted for as long as a customer stays
   * due looks so too: who is missing is then expected no more. A fault of ours is not over by that,
   * nor by a new level, nor by other settings: its customers would all be taken for leavers.
   */
  private static boolean surelyBack(Open incident, Look look, Instant end) {
    return look.verdict() == Look.Verdict.RECOVERED
        && end.isBefore(incident.since().plus(Duration.ofDays(Attendance.LONGEST_GAP)));
  }

  private void raise(
      Rhythm rhythm,
      OperationalCalendar calendar,
      SegmentLook one,
      Shortfall shortfall,
      int segmentId,
      Map<String, Integer> ids,
      Bell bell,
      Map<Integer, Open> open,
      Instant now) {
    Instant since = rhythm.start(calendar, shortfall.since());
    if (book.toldOfLately(segmentId, since, now)) {
      return;
    }
    Long parent = null;
    for (Segment above = one.segment().parent(); above != null; above = above.parent()) {
      Open containing = open.get(ids.getOrDefault(above.key(), -1));
      if (containing != null && parent == null) {
        parent = containing.id();
      }
    }
    double detectable = bell.detectableDrop(one.segment());
    OptionalLong raised =
        book.raise(rhythm, one, shortfall, detectable, segmentId, parent, since, now);
    if (raised.isEmpty()) {
      return;
    }
    long id = raised.getAsLong();
    open.put(segmentId, new Open(id, segmentId, parent, rhythm.seconds(), since, false));
    attach(id, one.segment(), ids, open, now);
  }

  /** What rang before the segment that contains it becomes part of that one's incident. */
  private void attach(
      long parent,
      Segment segment,
      Map<String, Integer> ids,
      Map<Integer, Open> open,
      Instant now) {
    Map<Integer, String> keys = new HashMap<>();
    ids.forEach((key, id) -> keys.put(id, key));
    for (Open child : List.copyOf(open.values())) {
      String key = keys.getOrDefault(child.segmentId(), "");
      boolean within =
          !key.equals(segment.key())
              && (segment.level() == 0 || key.startsWith(segment.key() + "/"));
      if (child.parent() == null && child.id() != parent && within) {
        book.attach(child.id(), parent, now);
        open.put(child.segmentId(), child.within(parent));
      }
    }
  }
}
