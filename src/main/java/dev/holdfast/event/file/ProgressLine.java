package dev.holdfast.event.file;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Says every few seconds how far a long run is, how fast, and how long it will still take. */
public final class ProgressLine {

  private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  /** Rows between two looks at the clock. */
  private static final int STRIDE = 1024;

  private final Consumer<String> out;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;
  private long calls;

  public ProgressLine(Consumer<String> out) {
    this.out = out;
  }

  /**
   * Reports if it is time to.
   *
   * @param rows read so far
   * @param share of the file, in [0, 1]
   */
  public void at(long rows, double share) {
    if (++calls % STRIDE != 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - lastNanos < EVERY_NANOS) {
      return;
    }
    lastNanos = now;
    double seconds = (now - startNanos) / 1e9;
    long left = share <= 0 ? 0 : Math.round(seconds * (1 - share) / share);
    out.accept(
        String.format(
            Locale.ROOT,
            "%3.0f%%  %,d rows  %,.0f/s  %s left",
            100 * share,
            rows,
            rows / seconds,
            left < 60 ? left + " s" : left / 60 + " min " + left % 60 + " s"));
  }

  /** Seconds since the start. */
  public double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
