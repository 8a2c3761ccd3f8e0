package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.training.BenchModel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A day of silence: the packaged service sweeps the timers of sleeping customers under an
 * accelerated clock, and what it rang is compared with what the model says of each sampled customer
 * when it is asked again and again. Before that, what a tick costs in which nothing is due.
 */
public final class SilenceBench {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(1));
  private static final double[] LEVELS = {0.3, 0.5, 0.6};
  private static final int SAMPLE = 20_000;
  private static final int CROSSINGS_A_SECOND = 200;
  private static final int SHORTEST_DAY_SECONDS = 15;
  private static final int IDLE_SECONDS = 60;
  private static final Duration COARSE = Duration.ofMinutes(10);
  private static final Duration FINE = Duration.ofMinutes(1);

  private SilenceBench() {}

  /** What a tick cost and what became of a day. */
  private record Figures(double tickMillis) {}

  /**
   * Prints the tables.
   *
   * @param customers the larger of two sizes; the other is a tenth of it, for the empty tick alone
   */
  public static void run(int customers) throws Exception {
    BenchModel model = BenchModel.get();
    ChurnModel loaded = model.load();
    Figures small = measured(customers / 10, model, loaded, false);
    Figures large = measured(customers, model, loaded, true);
    System.out.printf(
        Locale.ROOT,
        "%nA tick with none due: median %.2f ms with %,d customers, %.2f ms with %,d: %.2f times.%n",
        small.tickMillis(),
        customers / 10,
        large.tickMillis(),
        customers,
        large.tickMillis() / small.tickMillis());
  }

  private static Figures measured(
      int customers, BenchModel model, ChurnModel loaded, boolean withDay) throws Exception {
    Sleepers sleepers = new Sleepers(customers, START);
    try (Installation on = Installation.start(model)) {
      sleepers.load(on, loaded);
      try (Service service = on.serve()) {
        RescoreBench.await(on, service);
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        double tick =
            1_000
                * service
                    .metrics()
                    .getOrDefault(
                        "holdfast_timers_tick_seconds{due=\"none\",quantile=\"0.5\"}", 0.0);
        if (withDay) {
          day(on, service, sleepers, loaded);
        }
        return new Figures(tick);
      }
    }
  }

  private static void day(Installation on, Service service, Sleepers sleepers, ChurnModel model)
      throws Exception {
    long due =
        RescoreBench.number(
            on,
            "SELECT COUNT(*) FROM customer_state WHERE next_due <= '" + Sleepers.sql(END) + "'");
    Map<Long, Instant> timers = timers(on);
    long history = RescoreBench.number(on, "SELECT COALESCE(MAX(id), 0) FROM risk_history");
    double scoredBefore = scoredByTimer(service);
    double seconds = Math.max(SHORTEST_DAY_SECONDS, due / (double) CROSSINGS_A_SECOND);
    live(on, seconds);
    while (RescoreBench.number(
            on, "SELECT COUNT(*) FROM customer_state WHERE next_due <= '" + Sleepers.sql(END) + "'")
        > 0) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
    TimeUnit.SECONDS.sleep(2);
    Map<String, Double> metrics = service.metrics();
    double scored = scoredByTimer(service) - scoredBefore;
    Compared compared = compare(on, sleepers, model, timers, history);
    System.out.println(
        "| customers | timers due | rows scored | crossings/s | lateness p50, s | p99, s | max, s |"
            + " sampled | crossings among them | missed | extra | timers at another minute | heap, MiB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,d | %,.0f | %.0f | %.2f | %.2f | %.2f | %,d | %,d | %d | %d | %d | %.0f |%n",
        sleepers.customers(),
        due,
        scored,
        scored / seconds,
        metrics.getOrDefault("holdfast_timer_lateness_seconds{quantile=\"0.5\"}", Double.NaN),
        metrics.getOrDefault("holdfast_timer_lateness_seconds{quantile=\"0.99\"}", Double.NaN),
        metrics.getOrDefault("holdfast_timer_lateness_seconds_max", Double.NaN),
        compared.sampled(),
        compared.crossings(),
        compared.missed(),
        compared.extra(),
        compared.otherMinute(),
        Service.heapMegabytes(metrics));
  }

  /** Lets the day pass: the clock runs, and the source reports that it is complete up to now. */
  private static void live(Installation on, double seconds) throws Exception {
    double rate = Duration.ofDays(1).toSeconds() / seconds;
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE business_clock SET mode = 'accelerated', business_anchor = '"
              + Sleepers.sql(START)
              + "', system_anchor = UTC_TIMESTAMP(6), rate = "
              + rate);
      long begun = System.nanoTime();
      for (double passed = 0; passed < seconds; passed = (System.nanoTime() - begun) / 1e9) {
        Instant reached = START.plusMillis((long) (passed * rate * 1_000));
        statement.execute("UPDATE source SET watermark = '" + Sleepers.sql(reached) + "'");
        TimeUnit.MILLISECONDS.sleep(100);
      }
      // Nothing past the end of the day can act.
      statement.execute("UPDATE source SET watermark = '" + Sleepers.sql(END) + "'");
    }
  }

  private static double scoredByTimer(Service service) throws Exception {
    return service.metrics().getOrDefault("holdfast_scores_total{by=\"timer\"}", 0.0);
  }

  /** The stored timers of the sampled customers. */
  private static Map<Long, Instant> timers(Installation on) throws SQLException {
    Map<Long, Instant> timers = new HashMap<>();
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT customer_id, next_due FROM customer_state WHERE next_due IS NOT NULL AND"
                    + " customer_id <= "
                    + SAMPLE)) {
      while (row.next()) {
        timers.put(row.getLong(1), SqlTime.required(row, "next_due"));
      }
    }
    return timers;
  }

  private record Compared(int sampled, int crossings, int missed, int extra, int otherMinute) {}

  /** A customer and a level reached. */
  private record Reached(long customer, double level) {}

  private static Compared compare(
      Installation on,
      Sleepers sleepers,
      ChurnModel model,
      Map<Long, Instant> timers,
      long historyBefore)
      throws SQLException {
    int sampled = Math.min(SAMPLE, sleepers.customers());
    Set<Reached> expected = new HashSet<>();
    int otherMinute = 0;
    for (long customer = 1; customer <= sampled; customer++) {
      ActivityState activity = sleepers.stateOf(customer);
      Instant first = null;
      double before = model.risk(activity, START);
      for (Instant at = START; at.isBefore(END); at = at.plus(COARSE)) {
        double after = model.risk(activity, at.plus(COARSE));
        for (double level : LEVELS) {
          if (before < level && after >= level) {
            expected.add(new Reached(customer, level));
            Instant minute = at.plus(FINE);
            while (model.risk(activity, minute) < level) {
              minute = minute.plus(FINE);
            }
            first = first == null || minute.isBefore(first) ? minute : first;
          }
        }
        before = after;
      }
      Instant timer = timers.get(customer);
      if (first != null ? !first.equals(timer) : timer != null && !timer.isAfter(END)) {
        otherMinute++;
      }
    }
    Set<Reached> rung = rung(on, sleepers, model, sampled, historyBefore);
    Set<Reached> missed = new HashSet<>(expected);
    missed.removeAll(rung);
    Set<Reached> extra = new HashSet<>(rung);
    extra.removeAll(expected);
    return new Compared(sampled, expected.size(), missed.size(), extra.size(), otherMinute);
  }

  private static Set<Reached> rung(
      Installation on, Sleepers sleepers, ChurnModel model, int sampled, long historyBefore)
      throws SQLException {
    Set<Reached> rung = new HashSet<>();
    Map<Long, Double> last = new HashMap<>();
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT customer_id, risk FROM risk_history WHERE id > "
                    + historyBefore
                    + " AND customer_id <= "
                    + sampled
                    + " ORDER BY id")) {
      while (row.next()) {
        long customer = row.getLong(1);
        double risk = row.getDouble(2);
        double before =
            last.computeIfAbsent(customer, id -> model.risk(sleepers.stateOf(id), START));
        for (double level : LEVELS) {
          if (before < level && risk >= level) {
            rung.add(new Reached(customer, level));
          }
        }
        last.put(customer, risk);
      }
    }
    return rung;
  }
}
