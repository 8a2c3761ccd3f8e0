package dev.holdfast.simulation.study;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.HistorySource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How early alarms ring for customers who left, at equal false alarms. A false alarm is a bell in a
 * silence from which the customer came back; the delay is the time from the last use of a customer
 * who left to the bell, infinite if there is none.
 *
 * <p>Alarms are made comparable by their levels: each gets the lowest at which it rings falsely no
 * more often than is allowed, on the very silences that are judged. So no alarm can profit from a
 * level that happened to be strict.
 */
final class Earliness {

  private static final double SECONDS_A_DAY = 86_400;
  private static final double DAYS_A_MONTH = 30;

  private final Listening listening;
  private final List<Alarm> alarms;
  private final Map<Long, CustomerHistory> leavers = new HashMap<>();
  private final List<Silence> left = new ArrayList<>();
  private final List<double[]> returned = new ArrayList<>();
  private double customerDays;

  /**
   * Listens to all customers.
   *
   * @param customerDays how many days of the period a customer could have been rung falsely
   */
  Earliness(
      HistorySource source,
      Listening listening,
      List<Alarm> alarms,
      ToDoubleFunction<CustomerHistory> customerDays) {
    this.listening = listening;
    this.alarms = List.copyOf(alarms);
    source.forEach(
        customer -> {
          this.customerDays += customerDays.applyAsDouble(customer);
          for (Silence silence : listening.silences(customer, alarms)) {
            switch (silence.end()) {
              case LEFT -> {
                left.add(silence);
                leavers.put(customer.customerId(), customer);
              }
              case RETURNED -> returned.add(silence.highest());
              case UNKNOWN -> {
                // Neither a leaver nor a false alarm.
              }
            }
          }
        });
    if (left.isEmpty()) {
      throw new IllegalStateException(
          "nobody left between " + listening.from() + " and " + listening.to());
    }
  }

  /** Silences of customers who left. */
  int leavers() {
    return left.size();
  }

  /** Months that customers could have been rung falsely in, of 30 days. */
  double customerMonths() {
    return customerDays / DAYS_A_MONTH;
  }

  /** False alarms of one alarm at a level. */
  int falseAlarms(int alarm, double level) {
    return (int) returned.stream().filter(highest -> highest[alarm] >= level).count();
  }

  /** The lowest level at which an alarm rings falsely no more than so often. */
  double level(int alarm, int falseAlarms) {
    double[] values = returned.stream().mapToDouble(highest -> highest[alarm]).sorted().toArray();
    int above = values.length - 1 - falseAlarms;
    return above < 0 ? Double.NEGATIVE_INFINITY : Math.nextUp(values[above]);
  }

  /** All alarms at the lowest levels at which they ring falsely no more than so often. */
  Heard at(int falseAlarms) {
    double[] levels = new double[alarms.size()];
    for (int k = 0; k < levels.length; k++) {
      levels[k] = level(k, falseAlarms);
    }
    return at(levels);
  }

  /** All alarms at levels of their own, in their order. */
  Heard at(double[] levels) {
    double[][] delays = new double[levels.length][left.size()];
    long[] customers = new long[left.size()];
    for (int i = 0; i < left.size(); i++) {
      Silence silence = left.get(i);
      customers[i] = silence.customer();
      CustomerHistory customer = leavers.get(silence.customer());
      if (customer == null) {
        throw new IllegalStateException("nothing is kept of customer " + silence.customer());
      }
      @Nullable Instant[] bells = listening.bells(customer, silence.lastUse(), alarms, levels);
      for (int k = 0; k < levels.length; k++) {
        Instant bell = bells[k];
        delays[k][i] =
            bell == null
                ? Double.POSITIVE_INFINITY
                : Duration.between(silence.lastUse(), bell).toMillis() / 1e3 / SECONDS_A_DAY;
      }
    }
    int[] falseAlarms = new int[levels.length];
    for (int k = 0; k < levels.length; k++) {
      falseAlarms[k] = falseAlarms(k, levels[k]);
    }
    return new Heard(levels, falseAlarms, delays, customers);
  }

  /**
   * What was heard at given levels.
   *
   * @param levels for each alarm
   * @param falseAlarms for each alarm
   * @param delays for each alarm and each silence of a leaver, in days; infinite if it did not ring
   * @param customers whose silences they are, in the same order
   */
  record Heard(double[] levels, int[] falseAlarms, double[][] delays, long[] customers) {

    /** A measure of delays, such as {@link Earliness#median}. */
    interface Measure {
      double of(double[] delays);
    }

    /** A measure of one alarm. */
    double of(int alarm, Measure measure) {
      return measure.of(delays[alarm]);
    }

    /**
     * How much a measure of one alarm exceeds that of another on the same leavers, with its
     * interval by bootstrap over customers at levels as they are.
     */
    Interval difference(int alarm, int other, Measure measure, int rounds, long seed) {
      Map<Long, List<Integer>> byCustomer = new HashMap<>();
      for (int i = 0; i < customers.length; i++) {
        byCustomer.computeIfAbsent(customers[i], c -> new ArrayList<>()).add(i);
      }
      List<List<Integer>> groups =
          byCustomer.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .toList();
      SplittableRandom random = new SplittableRandom(seed);
      double[] drawn = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
          rows.addAll(groups.get(random.nextInt(groups.size())));
        }
        drawn[round] = less(alarm, other, measure, rows.stream().mapToInt(i -> i).toArray());
      }
      Arrays.sort(drawn);
      int last = rounds - 1;
      return new Interval(
          less(of(alarm, measure), of(other, measure)),
          drawn[(int) Math.floor(0.025 * last)],
          drawn[(int) Math.ceil(0.975 * last)]);
    }

    private double less(int alarm, int other, Measure measure, int[] rows) {
      return less(
          measure.of(Arrays.stream(rows).mapToDouble(i -> delays[alarm][i]).toArray()),
          measure.of(Arrays.stream(rows).mapToDouble(i -> delays[other][i]).toArray()));
    }

    private static double less(double value, double other) {
      // Two that never ring are equally late.
      return value == other ? 0 : value - other;
    }
  }

  /** The delay that half of the leavers do not exceed, in days; infinite if half are not rung. */
  static double median(double[] delays) {
    double[] sorted = delays.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  /** The mean delay in days, where whoever is rung later than {@code days} counts as that late. */
  static double meanUpTo(double[] delays, double days) {
    return Arrays.stream(delays).map(delay -> Math.min(delay, days)).average().orElseThrow();
  }

  /** The share of leavers rung within so many days, to the minute; in [0, 1]. */
  static double shareWithin(double[] delays, double days) {
    double withTheMinute = days + 60 / SECONDS_A_DAY;
    return Arrays.stream(delays).filter(delay -> delay <= withTheMinute).count()
        / (double) delays.length;
  }
}
