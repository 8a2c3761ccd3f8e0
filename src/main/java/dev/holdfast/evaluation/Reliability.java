package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.List;

/** Groups of like probability, each with what was predicted and what came true. */
public final class Reliability {

  // Standard normal quantile of a two-sided 95 percent interval.
  private static final double Z = 1.959963984540054;
  // Groups end at a share of the weight; sums of weights carry rounding.
  private static final double ROUNDING = 1e-9;

  /**
   * One group.
   *
   * @param rows predictions in it, 1 or more
   * @param weight customers it stands for
   * @param predicted mean probability
   * @param observed share that churned
   * @param low lower end of the 95 percent Wilson interval of the observed share
   * @param high upper end
   */
  public record Bin(
      int rows, double weight, double predicted, double observed, double low, double high) {}

  private Reliability() {}

  /**
   * The reliability table: groups of equal weight from the lowest probability to the highest. Its
   * intervals take rows as independent, each group as large as its effective size.
   *
   * @param bins most groups, 1 or more; there are fewer if a row weighs more than a group
   * @throws IllegalArgumentException if there are no groups or fewer predictions than groups
   */
  public static List<Bin> of(Predictions predictions, int bins) {
    if (bins < 1 || predictions.size() < bins) {
      throw new IllegalArgumentException(
          "a reliability table needs one group or more and as many predictions; asked for "
              + bins
              + " groups of "
              + predictions.size()
              + " predictions");
    }
    double total = predictions.totalWeight();
    List<Bin> table = new ArrayList<>(bins);
    Sums sums = new Sums();
    double sofar = 0;
    int group = 0;
    for (int i = 0; i < predictions.weight.length; i++) {
      sofar += predictions.weight[i];
      int next = groupOf(sofar, total, bins);
      if (next != group && sums.rows > 0) {
        table.add(sums.bin());
        sums = new Sums();
      }
      group = next;
      sums.add(predictions, i);
    }
    if (sums.rows > 0) {
      table.add(sums.bin());
    }
    return table;
  }

  /** The group, from 0, that holds the row up to and with which {@code sofar} of the weight is. */
  static int groupOf(double sofar, double total, int groups) {
    int group = (int) Math.ceil(groups * sofar / total - ROUNDING) - 1;
    return Math.max(0, Math.min(groups - 1, group));
  }

  /**
   * Wilson's 95 percent interval of a share.
   *
   * @param share observed, in [0, 1]
   * @param n observations, positive; an effective size need not be whole
   * @return lower and upper end, in [0, 1]
   * @throws IllegalArgumentException if either is out of range
   * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson (1927)</a>
   */
  public static Interval wilson(double share, double n) {
    if (!(share >= 0 && share <= 1 && n > 0)) {
      throw new IllegalArgumentException(
          "an interval of a share needs a share in [0, 1] of more than 0, was "
              + share
              + " of "
              + n);
    }
    double z2 = Z * Z / n;
    double centre = (share + z2 / 2) / (1 + z2);
    double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / n + z2 / (4 * n));
    return new Interval(
        share, Math.min(share, Math.max(0, centre - half)), Math.max(share, centre + half));
  }

  private static final class Sums {
    private int rows;
    private double weight;
    private double squares;
    private double predicted;
    private double observed;

    void add(Predictions p, int i) {
      double w = p.weight[i];
      if (!(w > 0)) {
        return;
      }
      rows++;
      weight += w;
      squares += w * w;
      predicted += w * p.probability[i];
      observed += p.churned[i] ? w : 0;
    }

    Bin bin() {
      Interval share = wilson(Math.min(1, observed / weight), weight * weight / squares);
      return new Bin(
          rows, weight, predicted / weight, share.value(), share.low(), Math.min(1, share.high()));
    }
  }
}
