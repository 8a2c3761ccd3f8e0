package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By how much the counts of visits change when customers go from one state to another: what the new
 * state contributes less what the old one did. The counts are thus the sum over all customers of
 * what their present states contribute, in whatever order and however often their uses came.
 *
 * <p>A customer contributes, for each day of use, one to its cell, the day and the days since the
 * use before; one to the last of these days if it is away; and for each hour of use on a day on
 * which it was due one to the hour. When a cell changes, the customer's last {@link
 * Attendance#REACH} days go with it, so that the present is exact in both cells; of days further
 * back the old cell keeps what it had.
 *
 * <p>Not thread-safe.
 */
public final class CountChanges {

  /** Kinds of counts beside the gaps 0 to {@link Attendance#LONGEST_GAP} of a day. */
  static final int GONE = Attendance.LONGEST_GAP + 1;

  static final int HOUR = GONE + 1;

  private static final int BYTES = 4 + 4 + 1 + 4;

  private final OperationalCalendar calendar;
  private final Map<Count, int[]> changes = new HashMap<>();

  /** Which count: of a cell, a slot (day or hour, by the kind) and a kind. */
  record Count(int cell, int slot, int kind) {}

  /** One change. */
  record Change(Count count, int by) {}

  /** No change yet. */
  public CountChanges(OperationalCalendar calendar) {
    this.calendar = calendar;
  }

  /** A customer goes from one state to another; null is that of one who is not counted. */
  public void add(@Nullable Attendee before, @Nullable Attendee after) {
    if (before != null && after != null && before.cell() == after.cell()) {
      if (!before.equals(after)) {
        replace(before, after);
      }
      return;
    }
    if (before != null) {
      contribute(before, -1);
    }
    if (after != null) {
      contribute(after, 1);
    }
  }

  private void replace(Attendee before, Attendee after) {
    Attendance was = before.attendance();
    Attendance is = after.attendance();
    int cell = after.cell();
    if (was.days() != is.days() || was.newestDay() != is.newestDay()) {
      for (int day = is.newestDay(); day > is.newestDay() - Attendance.REACH; day--) {
        int gapBefore = was.gapOn(day);
        int gapAfter = is.gapOn(day);
        if (gapBefore != gapAfter) {
          day(cell, day, gapBefore, -1);
          day(cell, day, gapAfter, 1);
        }
      }
    }
    gone(before, -1);
    gone(after, 1);
    for (int hour = is.newestHour(); hour > is.newestHour() - Long.SIZE; hour--) {
      boolean cameBefore = cameIn(was, hour);
      boolean cameAfter = cameIn(is, hour);
      if (cameBefore != cameAfter) {
        change(cell, hour, HOUR, cameAfter ? 1 : -1);
      }
    }
  }

  private void contribute(Attendee attendee, int sign) {
    Attendance attendance = attendee.attendance();
    for (int i = 0; i < Attendance.REACH; i++) {
      int day = attendance.newestDay() - i;
      day(attendee.cell(), day, attendance.gapOn(day), sign);
    }
    gone(attendee, sign);
    for (int i = 0; i < Long.SIZE; i++) {
      int hour = attendance.newestHour() - i;
      if (cameIn(attendance, hour)) {
        change(attendee.cell(), hour, HOUR, sign);
      }
    }
  }

  private boolean cameIn(Attendance attendance, int hour) {
    return attendance.usedIn(hour) && attendance.dueOn(Attendance.dayOf(calendar, hour));
  }

  private void day(int cell, int day, int gap, int sign) {
    if (gap != Attendance.NOT_USED) {
      change(cell, day, gap, sign);
    }
  }

  private void gone(Attendee attendee, int sign) {
    if (attendee.away()) {
      change(attendee.cell(), attendee.attendance().newestDay(), GONE, sign);
    }
  }

  private void change(int cell, int slot, int kind, int by) {
    changes.computeIfAbsent(new Count(cell, slot, kind), count -> new int[1])[0] += by;
  }

  /** What changed, in no particular order. */
  List<Change> changes() {
    List<Change> all = new ArrayList<>();
    changes.forEach(
        (count, by) -> {
          if (by[0] != 0) {
            all.add(new Change(count, by[0]));
          }
        });
    return all;
  }

  /**
   * The changes as stored, in pieces that may be added up in any order; none if there are none.
   *
   * @param most changes in a piece, 1 or more
   */
  List<byte[]> toBytes(int most) {
    List<Change> all = changes();
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      List<Change> some = all.subList(from, Math.min(all.size(), from + most));
      ByteBuffer out = ByteBuffer.allocate(some.size() * BYTES);
      for (Change change : some) {
        out.putInt(change.count().cell()).putInt(change.count().slot());
        out.put((byte) change.count().kind()).putInt(change.by());
      }
      pieces.add(out.array());
    }
    return pieces;
  }

  /** Reads a piece that {@link #toBytes} wrote. */
  static List<Change> read(byte[] bytes) {
    if (bytes.length % BYTES != 0) {
      throw new IllegalArgumentException(
          "changes of counts take " + BYTES + " bytes each, had " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Change> all = new ArrayList<>();
    while (in.hasRemaining()) {
      all.add(new Change(new Count(in.getInt(), in.getInt(), in.get()), in.getInt()));
    }
    return all;
  }
}
