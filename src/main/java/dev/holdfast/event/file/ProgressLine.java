package dev.holdfast.event.file;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Says every few seconds how far a long run is, how fast, and how long it will still take; and, if
 * wanted, tells every second where it stands.
 */
public final class ProgressLine {

  private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long STANDS_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /** Rows between two looks at the clock. */
  private static final int STRIDE = 1024;

  /** Takes where a run stands. */
  @FunctionalInterface
  public interface Stand {

    /**
     * Told by the thread that reads.
     *
     * @param rows read so far
     * @param share of the file, in [0, 1]
     */
    void at(long rows, double share);
  }

  private final Consumer<String> out;
  private final Stand stand;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;
  private long stoodNanos = startNanos;
  private long calls;

  public ProgressLine(Consumer<String> out) {
    this(out, (rows, share) -> {});
  }

  public ProgressLine(Consumer<String> out, Stand stand) {
    this.out = out;
    this.stand = stand;
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
    if (now - stoodNanos >= STANDS_EVERY_NANOS) {
      stoodNanos = now;
      stand.at(rows, share);
    }
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
