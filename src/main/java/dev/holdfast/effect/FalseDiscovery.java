package dev.holdfast.effect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Many questions at once: which answers stand if a stated share of those that stand may be false.
 *
 * @see <a href="https://doi.org/10.1111/j.2517-6161.1995.tb02031.x">Benjamini and Hochberg
 *     (1995)</a>
 */
public final class FalseDiscovery {

  /** One in ten of what is said to be found may be chance. */
  public static final double RATE = 0.1;

  private FalseDiscovery() {}

  /**
   * Corrected probabilities: what is at or below {@link #RATE} stands.
   *
   * @param p one for each question, in [0, 1]; any number of them
   * @return in the same order, each at least as large as it was and at most 1
   */
  public static double[] corrected(double[] p) {
    int m = p.length;
    int[] order =
        IntStream.range(0, m)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] corrected = new double[m];
    Arrays.fill(corrected, 1);
    double smallest = 1;
    for (int rank = m; rank >= 1; rank--) {
      int i = order[rank - 1];
      smallest = Math.min(smallest, p[i] * m / rank);
      corrected[i] = smallest;
    }
    return corrected;
  }
}
