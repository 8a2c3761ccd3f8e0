package dev.holdfast.model;

import com.sun.management.ThreadMXBean;
import dev.holdfast.activity.ActivityState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What it costs to score a customer and to find the next crossing within a year: along the silence
 * as the service does it, beside bisection over the model, which reads all features and walks all
 * trees at each instant. The same customers, in turn, by the processor's time of one thread.
 */
public final class CrossingBench {

  private static final Duration YEAR = Duration.ofDays(365);
  private static final double LEVEL = 0.5;
  private static final int ROUNDS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CrossingBench() {}

  /** One way to score and to find the crossing, with what it took. */
  private abstract static class Way {

    double nanos = Double.MAX_VALUE;
    long bytes;

    abstract Optional<Instant> find(ActivityState state);

    final void measure(List<ActivityState> states) {
      long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      long start = THREADS.getCurrentThreadCpuTime();
      for (ActivityState state : states) {
        find(state);
      }
      nanos = Math.min(nanos, (double) (THREADS.getCurrentThreadCpuTime() - start) / states.size());
      bytes =
          (THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated)
              / states.size();
    }
  }

  private static final class ByBisection extends Way {

    private final ChurnModel model;
    private long evaluations;

    ByBisection(ChurnModel model) {
      this.model = model;
    }

    @Override
    Optional<Instant> find(ActivityState state) {
      Instant from = state.lastOccurredAt();
      if (at(state, from) >= LEVEL) {
        return Optional.empty();
      }
      Instant start = from.truncatedTo(ChronoUnit.MINUTES);
      long below = 0;
      long above = YEAR.toMinutes();
      if (at(state, start.plus(above, ChronoUnit.MINUTES)) < LEVEL) {
        return Optional.empty();
      }
      for (long step = 1_440; below + step < above; step *= 2) {
        if (at(state, start.plus(below + step, ChronoUnit.MINUTES)) >= LEVEL) {
          above = below + step;
        } else {
          below += step;
        }
      }
      while (above - below > 1) {
        long middle = (below + above) >>> 1;
        if (at(state, start.plus(middle, ChronoUnit.MINUTES)) >= LEVEL) {
          above = middle;
        } else {
          below = middle;
        }
      }
      return Optional.of(start.plus(above, ChronoUnit.MINUTES));
    }

    private double at(ActivityState state, Instant t) {
      evaluations++;
      return model.risk(state, t);
    }
  }

  private static final class AlongSilence extends Way {

    private final Silence silence;

    AlongSilence(ChurnModel model) {
      this.silence = model.silence();
    }

    @Override
    Optional<Instant> find(ActivityState state) {
      Instant from = state.lastOccurredAt();
      return silence.of(state).riskAt(from) >= LEVEL
          ? Optional.empty()
          : silence.firstAtOrAbove(LEVEL, from, YEAR);
    }
  }

  /**
   * Prints the table.
   *
   * @param customers of each model, all below the level at first; those of random histories
   */
  public static void run(int customers) throws IOException {
    Path folder = Files.createTempDirectory("crossing-bench");
    System.out.println(
        "| model | way | evaluations a customer | us a customer | ratio | bytes a customer |"
            + " customers | that cross | other minutes |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (SilentCustomers.Kind kind : SilentCustomers.Kind.values()) {
      ChurnModel model = SilentCustomers.model(kind, 300, 5, Calibrator.platt(0.8, 0.1), 1, folder);
      List<ActivityState> states =
          SilentCustomers.states(2 * customers).stream()
              .filter(state -> model.risk(state, state.lastOccurredAt()) < LEVEL)
              .limit(customers)
              .toList();
      ByBisection slow = new ByBisection(model);
      AlongSilence fast = new AlongSilence(model);
      int cross = 0;
      int differ = 0;
      for (ActivityState state : states) {
        Optional<Instant> found = fast.find(state);
        cross += found.isPresent() ? 1 : 0;
        differ += found.equals(slow.find(state)) ? 0 : 1;
      }
      double slowEvaluations = (double) slow.evaluations / states.size();
      double fastEvaluations = (double) fast.silence.evaluations() / states.size();
      for (int round = 0; round < ROUNDS; round++) {
        slow.measure(states);
        fast.measure(states);
      }
      print(kind, "bisection", slowEvaluations, slow, 1, states.size(), cross, differ);
      print(
          kind,
          "along silence",
          fastEvaluations,
          fast,
          slow.nanos / fast.nanos,
          states.size(),
          cross,
          differ);
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void print(
      SilentCustomers.Kind kind,
      String way,
      double evaluations,
      Way measured,
      double ratio,
      int customers,
      int cross,
      int differ) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.1f | %.1f | %.1f | %,d | %,d | %,d | %d |%n",
        kind.name().toLowerCase(Locale.ROOT),
        way,
        evaluations,
        measured.nanos / 1e3,
        ratio,
        measured.bytes,
        customers,
        cross,
        differ);
  }
}
