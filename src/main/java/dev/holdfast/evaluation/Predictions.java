package dev.holdfast.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predictions and what came true, as columns in the order of their probabilities: what the measures
 * read. Sorted once, so that hundreds of draws of the same rows cost one pass each.
 *
 * <p>Immutable. Every measure takes either these or a list of {@link Scored}.
 */
public final class Predictions {

  // Ascending; a draw of the bootstrap shares all columns but the weights.
  final double[] probability;
  final double[] logOdds;
  final boolean[] churned;
  final double[] weight;
  final int[] customer;
  private final long[] customers;
  private final int size;

  private Predictions(
      double[] probability,
      double[] logOdds,
      boolean[] churned,
      double[] weight,
      int[] customer,
      long[] customers,
      int size) {
    this.probability = probability;
    this.logOdds = logOdds;
    this.churned = churned;
    this.weight = weight;
    this.customer = customer;
    this.customers = customers;
    this.size = size;
  }

  /** The columns of these rows, which may come in any order. */
  public static Predictions of(List<Scored> scored) {
    int n = scored.size();
    double[] unsorted = new double[n];
    int[] customerOfRow = new int[n];
    Map<Long, Integer> seen = new HashMap<>();
    long[] customers = new long[n];
    for (int i = 0; i < n; i++) {
      Scored s = scored.get(i);
      unsorted[i] = s.probability();
      Integer known = seen.putIfAbsent(s.customer(), seen.size());
      if (known == null) {
        customers[seen.size() - 1] = s.customer();
      }
      customerOfRow[i] = known == null ? seen.size() - 1 : known;
    }
    int[] order = Order.ascending(unsorted);
    double[] probability = new double[n];
    double[] logOdds = new double[n];
    boolean[] churned = new boolean[n];
    double[] weight = new double[n];
    int[] customer = new int[n];
    for (int i = 0; i < n; i++) {
      Scored s = scored.get(order[i]);
      probability[i] = s.probability();
      logOdds[i] = Math.log(s.probability() / (1 - s.probability()));
      churned[i] = s.churned();
      weight[i] = s.weight();
      customer[i] = customerOfRow[order[i]];
    }
    return new Predictions(
        probability, logOdds, churned, weight, customer, Arrays.copyOf(customers, seen.size()), n);
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /** How many customers the rows stand for: the sum of their weights. */
  public double totalWeight() {
    double sum = 0;
    for (double w : weight) {
      sum += w;
    }
    return sum;
  }

  /**
   * How many rows of equal weight would say as much: (sum w)^2 / sum w^2, after Kish (1965).
   *
   * @return in [1, rows]; the number of rows if all weigh the same
   * @throws IllegalArgumentException if there is no prediction
   */
  public double effectiveSize() {
    requireAny("an effective size");
    double sum = 0;
    double squares = 0;
    for (double w : weight) {
      sum += w;
      squares += w * w;
    }
    return sum * sum / squares;
  }

  /**
   * Weighted share that churned.
   *
   * @return in [0, 1]
   * @throws IllegalArgumentException if there is no prediction
   */
  public double churnRate() {
    requireAny("a churn rate");
    return weightOf(true) / totalWeight();
  }

  /** Number of different customers. */
  public int customers() {
    return customers.length;
  }

  private double weightOf(boolean outcome) {
    double sum = 0;
    for (int i = 0; i < weight.length; i++) {
      if (churned[i] == outcome) {
        sum += weight[i];
      }
    }
    return sum;
  }

  void requireAny(String what) {
    if (size == 0) {
      throw new IllegalArgumentException(what + " needs at least one prediction");
    }
  }

  /**
   * Refuses rows among which nobody churned or nobody stayed.
   *
   * @param what the measure, for the message
   */
  void requireBoth(String what) {
    double positive = weightOf(true);
    double negative = weightOf(false);
    if (!(positive > 0 && negative > 0)) {
      throw new IllegalArgumentException(
          what
              + " needs customers who churned and who stayed, were "
              + words(positive)
              + " and "
              + words(negative));
    }
  }

  private static String words(double weight) {
    return weight == Math.rint(weight) ? Long.toString((long) weight) : Double.toString(weight);
  }

  /**
   * The same rows with each customer's taken as often as drawn.
   *
   * @param times how often each customer was drawn, by its number here
   */
  Predictions drawn(int[] times) {
    double[] drawnWeight = new double[weight.length];
    int drawnSize = 0;
    for (int i = 0; i < drawnWeight.length; i++) {
      int count = times[customer[i]];
      drawnWeight[i] = weight[i] * count;
      drawnSize += count;
    }
    return new Predictions(
        probability, logOdds, churned, drawnWeight, customer, customers, drawnSize);
  }

  /**
   * These rows with customers numbered as in {@code other}, so that one draw serves both.
   *
   * @throws IllegalArgumentException if the two do not hold the same rows but for the probability
   */
  Predictions numberedAs(Predictions other) {
    Map<Long, Integer> numbers = new HashMap<>();
    for (int c = 0; c < other.customers.length; c++) {
      numbers.put(other.customers[c], c);
    }
    int[] renumbered = new int[customer.length];
    double[][] mine = new double[2][other.customers.length];
    double[][] theirs = new double[2][other.customers.length];
    boolean same = size == other.size && customers.length == other.customers.length;
    for (int i = 0; same && i < renumbered.length; i++) {
      Integer number = numbers.get(customers[customer[i]]);
      same = number != null;
      if (number != null) {
        renumbered[i] = number;
        mine[churned[i] ? 1 : 0][number] += weight[i];
        theirs[other.churned[i] ? 1 : 0][other.customer[i]] += other.weight[i];
      }
    }
    for (int c = 0; same && c < other.customers.length; c++) {
      same = alike(mine[0][c], theirs[0][c]) && alike(mine[1][c], theirs[1][c]);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "a paired comparison needs the same customers with the same outcomes and weights");
    }
    return new Predictions(
        probability, logOdds, churned, weight, renumbered, other.customers, size);
  }

  // A customer's rows may be summed in another order.
  private static boolean alike(double a, double b) {
    return Math.abs(a - b) <= 1e-9 * (a + b);
  }
}
