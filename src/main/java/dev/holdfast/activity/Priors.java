package dev.holdfast.activity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the population when little is known of a customer. Part of a model version and
 * never changed within it, so that a score can be recomputed and a timer stays exact.
 *
 * @param version of the meaning of these fields
 * @param churn what is called churn
 * @param medianGapDays median of the gaps between occasions, positive
 * @param gapCdf share of gaps that end by the upper end of each of the 19 closed bins, never
 *     falling, in [0, 1]; Kaplan and Meier's estimate in which gaps still open count as censored
 * @param bgNbd rates and dropout of the population, in days
 * @param weekdays the weights of the weekdays in the calendar by which all this was measured
 */
public record Priors(
    int version,
    ChurnDefinition churn,
    double medianGapDays,
    List<Double> gapCdf,
    BgNbd bgNbd,
    List<Double> weekdays) {

  /** The version written now. */
  public static final int VERSION = 1;

  public Priors {
    if (version != VERSION) {
      throw new IllegalArgumentException("priors have version " + VERSION + ", not " + version);
    }
    if (!(medianGapDays > 0)) {
      throw new IllegalArgumentException("the median gap must be positive, was " + medianGapDays);
    }
    gapCdf = List.copyOf(gapCdf);
    weekdays = List.copyOf(weekdays);
    if (weekdays.size() != 7) {
      throw new IllegalArgumentException(
          "a week has 7 weights from Monday, had " + weekdays.size());
    }
    if (gapCdf.size() != GapBins.COUNT - 1) {
      throw new IllegalArgumentException(
          "the gap distribution has " + (GapBins.COUNT - 1) + " values, had " + gapCdf.size());
    }
    double before = 0;
    for (double share : gapCdf) {
      if (!(share >= before && share <= 1)) {
        throw new IllegalArgumentException(
            "the gap distribution must rise within [0, 1], was " + gapCdf);
      }
      before = share;
    }
  }

  /** Priors measured with all weekdays alike. */
  public Priors(
      int version, ChurnDefinition churn, double medianGapDays, List<Double> gapCdf, BgNbd bgNbd) {
    this(version, churn, medianGapDays, gapCdf, bgNbd, OperationalCalendar.plain().weekdays());
  }

  /** Weekly use with a wide spread: for a deployment that has not trained yet. */
  public static Priors standard() {
    List<Double> cdf = new ArrayList<>();
    for (int bin = 0; bin < GapBins.COUNT - 1; bin++) {
      cdf.add(1 - Math.exp(-GapBins.upper(bin) / 10));
    }
    return new Priors(VERSION, ChurnDefinition.perCustomer(), 7, cdf, new BgNbd(0.5, 5, 0.8, 2.5));
  }

  /** The horizon of a customer in days under these priors; constant between events. */
  public double horizonDays(ActivityState state) {
    return churn.horizonDays(state, medianGapDays);
  }

  /** Starts to collect the population from which priors are fitted. */
  public static Fit fit(ChurnDefinition churn) {
    return new Fit(churn);
  }

  /** Collects customers one at a time in bounded memory; the result depends on their order. */
  public static final class Fit {

    private static final int CUSTOMERS_KEPT = 8_192;

    private final ChurnDefinition churn;
    private final long[] ended = new long[GapBins.COUNT];
    private final long[] open = new long[GapBins.COUNT];
    private final List<double[]> kept = new ArrayList<>();
    private long customers;
    private long stride = 1;
    private @Nullable List<Double> weekdays;

    private Fit(ChurnDefinition churn) {
      this.churn = churn;
    }

    /**
     * Adds one customer as known at an instant; one without use, or who has left, is skipped.
     *
     * @throws IllegalArgumentException if the state is on a calendar with other weekdays than those
     *     before it
     */
    public void add(ActivityState state, Instant at) {
      if (weekdays == null) {
        weekdays = state.calendar().weekdays();
      } else if (!weekdays.equals(state.calendar().weekdays())) {
        throw new IllegalArgumentException(
            "all customers must be measured with the same weights of the weekdays, not "
                + weekdays
                + " and "
                + state.calendar().weekdays());
      }
      Occasions usage = state.usage;
      if (usage.n == 0 || state.closed()) {
        return;
      }
      for (int bin = 0; bin < ended.length; bin++) {
        ended[bin] += usage.gaps[bin];
      }
      double idle = state.idleDays(at);
      open[GapBins.of(idle)]++;
      if (customers++ % stride == 0) {
        kept.add(new double[] {usage.n - 1, usage.sumGap, usage.sumGap + idle});
        if (kept.size() == 2 * CUSTOMERS_KEPT) {
          thinOut();
        }
      }
    }

    private void thinOut() {
      stride *= 2;
      for (int i = 0; i < CUSTOMERS_KEPT; i++) {
        kept.set(i, kept.get(2 * i));
      }
      kept.subList(CUSTOMERS_KEPT, kept.size()).clear();
    }

    /**
     * The priors of the customers added.
     *
     * @throws IllegalStateException if there is no customer with use
     */
    public Priors fit() {
      if (kept.isEmpty()) {
        throw new IllegalStateException("priors need at least one customer with use");
      }
      int n = kept.size();
      int[] repeats = new int[n];
      double[] lastAge = new double[n];
      double[] age = new double[n];
      for (int i = 0; i < n; i++) {
        repeats[i] = (int) kept.get(i)[0];
        lastAge[i] = kept.get(i)[1];
        age[i] = kept.get(i)[2];
      }
      return new Priors(
          VERSION,
          churn,
          medianGap(),
          survivalFree(),
          BgNbd.fit(repeats, lastAge, age),
          Objects.requireNonNull(weekdays));
    }

    private double medianGap() {
      long all = 0;
      for (long count : ended) {
        all += count;
      }
      if (all == 0) {
        return standard().medianGapDays();
      }
      double below = 0;
      int bin = 0;
      while (below + ended[bin] < all / 2.0) {
        below += ended[bin++];
      }
      return GapBins.gapAt(bin, (all / 2.0 - below) / ended[bin]);
    }

    private List<Double> survivalFree() {
      double atRisk = 0;
      for (int bin = 0; bin < ended.length; bin++) {
        atRisk += ended[bin] + open[bin];
      }
      double survival = 1;
      List<Double> cdf = new ArrayList<>();
      for (int bin = 0; bin < ended.length - 1; bin++) {
        // Gaps open in this bin were at risk in half of it, on average.
        double exposed = atRisk - open[bin] / 2.0;
        if (exposed > 0) {
          survival *= 1 - Math.min(1, ended[bin] / exposed);
        }
        atRisk -= ended[bin] + open[bin];
        cdf.add(1 - survival);
      }
      return cdf;
    }
  }
}
