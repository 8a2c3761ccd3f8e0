package dev.holdfast.stream;

import dev.holdfast.model.ChurnModel;
import dev.holdfast.training.BenchModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A new model judges all customers, beside an idle intake: the packaged service finds them scored
 * by another model, as after a promotion.
 */
public final class RescoreBench {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final int PATIENCE_SECONDS = 3_600;

  private RescoreBench() {}

  /**
   * Prints the table.
   *
   * @param customers the larger of two sizes; the other is a tenth of it
   */
  public static void run(int customers) throws Exception {
    BenchModel model = BenchModel.get();
    ChurnModel loaded = model.load();
    System.out.println(
        "| customers | s | customers/s | processor of the service, s | of the database, s | heap at"
            + " most, MiB | history written |");
    System.out.println("|---|---|---|---|---|---|---|");
    double small = measured(customers / 10, model, loaded);
    double large = measured(customers, model, loaded);
    System.out.printf(
        Locale.ROOT, "%nTen times the customers took %.1f times as long.%n", large / small);
  }

  private static double measured(int customers, BenchModel model, ChurnModel loaded)
      throws Exception {
    Sleepers sleepers = new Sleepers(customers, START);
    try (Installation on = Installation.start(model)) {
      sleepers.load(on, loaded);
      double database = Installation.databaseSeconds();
      try (Service service = on.serve()) {
        double heap = await(on, service);
        double seconds = seconds(on);
        System.out.printf(
            Locale.ROOT,
            "| %,d | %.1f | %,.0f | %.1f | %.1f | %.0f | %,d |%n",
            customers,
            seconds,
            customers / seconds,
            service.processorSeconds(),
            Installation.databaseSeconds() - database,
            heap,
            number(on, "SELECT COUNT(*) FROM risk_history"));
        return seconds;
      }
    }
  }

  /** Waits for the end of the rescore; the heap used at most meanwhile. */
  static double await(Installation on, Service service) throws Exception {
    double heap = 0;
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      TimeUnit.SECONDS.sleep(1);
      Map<String, Double> metrics = service.metrics();
      heap = Math.max(heap, Service.heapMegabytes(metrics));
      if (number(on, "SELECT COUNT(*) FROM rescore_run WHERE finished_at IS NOT NULL") > 0) {
        return heap;
      }
    }
    throw new IllegalStateException("the rescore did not end within an hour");
  }

  /** From the first page to the last, by the system clock of the service. */
  static double seconds(Installation on) throws SQLException {
    return number(
            on,
            "SELECT TIMESTAMPDIFF(MICROSECOND, opened_at, finished_at) FROM rescore_run ORDER BY id"
                + " DESC LIMIT 1")
        / 1e6;
  }

  static long number(Installation on, String sql) throws SQLException {
    try (Connection connection = on.database().getConnection()) {
      return Installation.number(connection, sql);
    }
  }
}
