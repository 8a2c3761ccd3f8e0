package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What it costs the stream to count who comes, for the bell: the way from the log to the commit
 * with the bell and without it, in turn, on one database in which every customer has a region and a
 * plan. The order is that of a-b-b-a, so that a database that grows favours neither.
 */
public final class AttendanceBench {

  private static final int HISTORY = 16;
  private static final int REGIONS = 40;
  private static final int PLANS = 24;

  private AttendanceBench() {}

  /**
   * One run.
   *
   * @param rate events a second
   * @param processor microseconds an event, of service and database
   * @param counting share of the workers' time that goes into the counts
   */
  private record Run(boolean bell, double rate, double processor, double counting) {}

  /**
   * Measures and prints.
   *
   * @param customers with a history of sixteen events each
   * @param events measured in each run; a quarter more goes before, to warm up
   * @param pairs runs with the bell, and as many without
   */
  public static void run(int customers, int events, int pairs) throws Exception {
    BenchModel model = BenchModel.get();
    int chunk = events + events / 4;
    Instant start =
        Instant.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .minus(Duration.ofMillis((2L * pairs + 1) * chunk).plusSeconds(3600));
    MadeUpTraffic traffic = new MadeUpTraffic(customers, HISTORY, start);
    Run[] runs = new Run[2 * pairs];
    try (Installation on = Installation.start(model)) {
      System.err.println("loading " + customers + " customers");
      on.load(traffic, model.load());
      try (Connection connection = on.database().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "UPDATE customer SET profile = CONCAT('{\"region\":\"r', id % "
                + REGIONS
                + ", '\",\"plan\":\"p', id DIV "
                + REGIONS
                + " % "
                + PLANS
                + ", '\"}')");
        // Whoever is counted for the first time costs more, once; that is not the question here.
        measured(on, connection, traffic, 0, chunk, true);
        for (int i = 0; i < runs.length; i++) {
          boolean bell = i % 4 == 0 || i % 4 == 3;
          runs[i] = measured(on, connection, traffic, (i + 1) * chunk, chunk, bell);
        }
      }
    }
    print(runs);
  }

  private static Run measured(
      Installation on,
      Connection connection,
      MadeUpTraffic traffic,
      int from,
      int chunk,
      boolean bell)
      throws Exception {
    System.err.println("events from " + from + (bell ? ", counted" : ", not counted"));
    PipelineBench.send(on, traffic, from, from + chunk);
    try (Service service =
        on.serve("-Dholdfast.bell.enabled=" + bell, "-Dholdfast.bell.segments=region/plan")) {
      PipelineBench.awaitApplied(connection, from + chunk / 5);
      long first = PipelineBench.applied(connection);
      Map<String, Double> before = service.metrics();
      double spent = service.processorSeconds() + Installation.databaseSeconds();
      long begun = System.nanoTime();
      PipelineBench.awaitApplied(connection, from + chunk);
      double seconds = (System.nanoTime() - begun) / 1e9;
      double used = service.processorSeconds() + Installation.databaseSeconds() - spent;
      Map<String, Double> after = service.metrics();
      double all = 0;
      for (Stages.Stage stage : Stages.Stage.values()) {
        all += PipelineBench.spent(before, after, stage);
      }
      double applied = from + chunk - (double) first;
      return new Run(
          bell,
          applied / seconds,
          used / applied * 1e6,
          PipelineBench.spent(before, after, Stages.Stage.ATTENDANCE) / all);
    }
  }

  private static void print(Run... runs) {
    System.out.println(
        "| bell | events/s, each run | median | processor us an event, median | share of the"
            + " workers' time that goes into the counts, median |");
    System.out.println("|---|---|---|---|---|");
    for (boolean bell : new boolean[] {true, false}) {
      double[] rates =
          Arrays.stream(runs).filter(run -> run.bell() == bell).mapToDouble(Run::rate).toArray();
      StringBuilder each = new StringBuilder();
      for (double rate : rates) {
        each.append(String.format(Locale.ROOT, "%s%,.0f", each.isEmpty() ? "" : "; ", rate));
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %,.0f | %.1f | %.1f %% |%n",
          bell ? "counts by region and plan" : "off",
          each,
          median(rates),
          median(
              Arrays.stream(runs)
                  .filter(run -> run.bell() == bell)
                  .mapToDouble(Run::processor)
                  .toArray()),
          100
              * median(
                  Arrays.stream(runs)
                      .filter(run -> run.bell() == bell)
                      .mapToDouble(Run::counting)
                      .toArray()));
    }
    double[] ratios = new double[runs.length / 2];
    for (int i = 0; i < ratios.length; i++) {
      Run one = runs[2 * i];
      Run other = runs[2 * i + 1];
      ratios[i] = one.bell() ? one.rate() / other.rate() : other.rate() / one.rate();
    }
    System.out.printf(
        Locale.ROOT,
        "%nOf the rate without it, pair by pair: %s; median %.3f.%n",
        String.join(
            ", ",
            Arrays.stream(ratios)
                .mapToObj(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
                .toList()),
        median(ratios));
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
