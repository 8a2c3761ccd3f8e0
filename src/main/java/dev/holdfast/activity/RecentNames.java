package dev.holdfast.activity;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * When each of a few names was last seen, to the minute. Where there are more names than places,
 * the one not seen for longest is forgotten. Names are told apart by 16 bits of their hash.
 */
final class RecentNames {

  /** Marks a time that has not been; before all others. */
  static final int NEVER = Integer.MIN_VALUE;

  private static final long MICROS_A_MINUTE = 60_000_000;

  private final short[] names;
  // Whole minutes since the epoch, enough until the year 6053.
  private final int[] minutes;

  RecentNames(int places) {
    names = new short[places];
    minutes = new int[places];
    Arrays.fill(minutes, NEVER);
  }

  /**
   * Notes that a name was seen.
   *
   * @param micros since the epoch, not earlier than what was noted before
   * @return the minute at which it was seen before, {@link #NEVER} if it is not remembered
   */
  int seen(String name, long micros) {
    int hash = name.hashCode();
    short key = (short) (hash ^ hash >>> 16);
    int oldest = 0;
    for (int i = 0; i < names.length; i++) {
      if (minutes[i] != NEVER && names[i] == key) {
        int before = minutes[i];
        minutes[i] = minute(micros);
        return before;
      }
      if (minutes[i] < minutes[oldest]) {
        oldest = i;
      }
    }
    names[oldest] = key;
    minutes[oldest] = minute(micros);
    return NEVER;
  }

  /** The minute in which an instant lies. */
  static int minute(long micros) {
    long minute = Math.floorDiv(micros, MICROS_A_MINUTE);
    return (int) Math.max(NEVER + 1, Math.min(Integer.MAX_VALUE, minute));
  }

  /**
   * How many names there are, each counting half after one half-life in which it was not seen; from
   * 0 to the number of places, never rises while none is seen.
   */
  double decayed(long micros, double halfLifeDays) {
    double sum = 0;
    for (int minute : minutes) {
      if (minute != NEVER) {
        double days = Math.max(0, micros - minute * MICROS_A_MINUTE) / 86_400_000_000.0;
        sum += Math.pow(2, -days / halfLifeDays);
      }
    }
    return sum;
  }

  int bytes() {
    return names.length * (2 + 4);
  }

  void write(ByteBuffer out) {
    for (int i = 0; i < names.length; i++) {
      out.putShort(names[i]).putInt(minutes[i]);
    }
  }

  void read(ByteBuffer in) {
    for (int i = 0; i < names.length; i++) {
      names[i] = in.getShort();
      minutes[i] = in.getInt();
    }
  }
}
