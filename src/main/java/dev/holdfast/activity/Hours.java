package dev.holdfast.activity;

import java.nio.ByteBuffer;

/**
 * At what hour of the day the customer uses the service: the circular mean of all uses, and of the
 * last ten or so. Hours are of UTC; a constant zone shifts both alike.
 */
final class Hours {

  static final int BYTES = 4 + 4 * 4;

  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final float NEWEST = 0.1f;
  // Use spread so evenly over the day has no hour of its own.
  private static final double SHORTEST_MEAN = 0.1;

  private int n;
  private float x;
  private float y;
  private float recentX;
  private float recentY;

  void add(long at) {
    double angle = 2 * Math.PI * Math.floorMod(at, MICROS_A_DAY) / MICROS_A_DAY;
    float cos = (float) Math.cos(angle);
    float sin = (float) Math.sin(angle);
    x += cos;
    y += sin;
    recentX = n == 0 ? cos : (1 - NEWEST) * recentX + NEWEST * cos;
    recentY = n == 0 ? sin : (1 - NEWEST) * recentY + NEWEST * sin;
    n++;
  }

  /** Hours between the recent and the usual hour of use, 0 to 12; 0 where there is no such hour. */
  double shift() {
    double all = SHORTEST_MEAN * n;
    if (x * x + y * y < all * all
        || recentX * recentX + recentY * recentY < SHORTEST_MEAN * SHORTEST_MEAN) {
      return 0;
    }
    double cross = (double) x * recentY - (double) y * recentX;
    double dot = (double) x * recentX + (double) y * recentY;
    return Math.abs(Math.atan2(cross, dot)) * 12 / Math.PI;
  }

  void write(ByteBuffer out) {
    out.putInt(n).putFloat(x).putFloat(y).putFloat(recentX).putFloat(recentY);
  }

  void read(ByteBuffer in) {
    n = in.getInt();
    x = in.getFloat();
    y = in.getFloat();
    recentX = in.getFloat();
    recentY = in.getFloat();
  }
}
