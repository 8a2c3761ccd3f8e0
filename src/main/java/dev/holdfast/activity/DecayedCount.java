package dev.holdfast.activity;

import java.nio.ByteBuffer;

/** A count of events that halves with time, and when the last one was. */
final class DecayedCount {

  static final int BYTES = 20;

  private static final double MICROS_A_DAY = 86_400_000_000.0;

  private final double halfLifeDays;
  int n;
  private long lastAt = ActivityState.NEVER;
  private double sum;

  DecayedCount(double halfLifeDays) {
    this.halfLifeDays = halfLifeDays;
  }

  void add(long at, int count) {
    sum = asOf(at) + count;
    lastAt = at;
    n += count;
  }

  /** The decayed count at an instant not before the last event. */
  double asOf(long at) {
    return n == 0 ? 0 : sum * Math.pow(2, -((at - lastAt) / MICROS_A_DAY) / halfLifeDays);
  }

  /** When the last event was, {@link ActivityState#NEVER} if there is none. */
  long lastAt() {
    return lastAt;
  }

  void write(ByteBuffer out) {
    out.putInt(n).putLong(lastAt).putDouble(sum);
  }

  void read(ByteBuffer in) {
    n = in.getInt();
    lastAt = in.getLong();
    sum = in.getDouble();
  }
}
