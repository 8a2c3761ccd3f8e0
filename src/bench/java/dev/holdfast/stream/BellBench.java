package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What a look at all segments costs: a database with the counts of many cells, on which the
 * packaged service first learns from twelve weeks of days, then looks at one day more, and then is
 * started anew and looks at another. No customer's row is there, because none is read.
 */
public final class BellBench {

  private static final LocalDate FIRST = LocalDate.parse("2026-01-05");
  private static final int WARM_UP = 28;
  private static final int WEEKS = 12;
  private static final int REGIONS = 40;
  private static final int GAPS = 28;
  private static final int ROWS = 250;
  private static final double[] WEEKDAY = {0.40, 0.38, 0.37, 0.39, 0.41, 0.27, 0.22};

  private BellBench() {}

  /**
   * Measures once and prints.
   *
   * @param segments about how many: 40 regions with plans in each, and all customers
   * @param customers spread evenly over them
   */
  public static void run(int segments, int customers) throws Exception {
    int plans = Math.max(1, (segments - 1 + REGIONS - 1) / REGIONS - 1);
    int cells = REGIONS * plans;
    int known = WARM_UP + 7 * WEEKS;
    try (Installation on = Installation.start(BenchModel.get())) {
      Random random = new Random(1);
      System.err.println("counting " + (known + 2) + " days of " + cells + " cells");
      try (Connection connection = on.database().getConnection()) {
        cells(connection, plans);
        for (int day = 0; day < known + 2; day++) {
          day(connection, random, day, cells, (double) customers / cells);
        }
        passed(connection, known);
      }
      double[] learning;
      double[] one;
      try (Service service = serve(on)) {
        learning = looked(on, service, known, 0);
        double before = seconds(service);
        move(on, known + 1);
        one = looked(on, service, known + 1, before);
      }
      move(on, known + 2);
      double[] anew;
      try (Service service = serve(on)) {
        anew = looked(on, service, known + 2, 0);
      }
      System.out.println(
          "| segments | customers | looks | what | s | of the processor, s |\n|---|---|---|---|---|---|");
      print(cells, customers, 7 * WEEKS, "learning from twelve weeks", learning);
      print(cells, customers, 1, "one evaluation", one);
      print(cells, customers, 1, "the first one after a start, which reads the looks again", anew);
      System.out.printf(
          Locale.ROOT,
          "%n%,d looks are kept.%n",
          RescoreBench.number(on, "SELECT COUNT(*) FROM bell_look"));
    }
  }

  private static void print(int cells, int customers, int looks, String what, double[] spent) {
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,d | %d | %s | %.2f | %.2f |%n",
        cells + REGIONS + 1,
        customers,
        looks,
        what,
        spent[0],
        spent[1]);
  }

  private static Service serve(Installation on) throws Exception {
    return on.serve(
        "-Dholdfast.bell.every=1s",
        "-Dholdfast.bell.segments=region/plan",
        "-Dholdfast.bell.most-segments=100000");
  }

  private static void cells(Connection connection, int plans) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bell_cell (source_id, cell_key) VALUES (1, ?)")) {
      for (int region = 0; region < REGIONS; region++) {
        for (int plan = 0; plan < plans; plan++) {
          insert.setString(1, "{\"plan\":\"p" + plan + "\",\"region\":\"r" + region + "\"}");
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }

  /** A day on which each customer comes with the chance of its weekday, whenever it came before. */
  private static void day(
      Connection connection, Random random, int day, int cells, double customers)
      throws SQLException {
    double chance = WEEKDAY[day % 7];
    StringBuilder sql = new StringBuilder(1 << 16);
    try (Statement statement = connection.createStatement()) {
      for (int cell = 1; cell <= cells; cell++) {
        sql.append(sql.isEmpty() ? "INSERT INTO bell_count VALUES " : ", ");
        sql.append('(').append(FIRST.toEpochDay() + day).append(',').append(cell);
        double noise = 1 + 0.05 * random.nextGaussian();
        double never = 1;
        StringBuilder gaps = new StringBuilder();
        for (int gap = 1; gap <= GAPS; gap++) {
          double before = day < gap ? 0 : WEEKDAY[(day - gap) % 7];
          double mean = customers * chance * noise * never * before;
          gaps.append(',').append(Math.round(mean));
          never *= 1 - before;
        }
        sql.append(',').append(Math.round(customers * chance * noise * never));
        sql.append(gaps).append(",0)");
        if (cell % ROWS == 0 || cell == cells) {
          statement.execute(sql.toString());
          sql.setLength(0);
        }
      }
    }
  }

  private static void move(Installation on, int days) throws Exception {
    try (Connection connection = on.database().getConnection()) {
      passed(connection, days);
    }
  }

  /** So many days have passed, and the source has reported all of them. */
  private static void passed(Connection connection, int days) throws SQLException {
    String now = FIRST.plusDays(days) + " 02:00:00";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE source SET watermark = '" + now + "', reported = '" + now + "' WHERE id = 1");
      statement.execute(
          "UPDATE business_clock SET mode = 'fixed', business_anchor = '"
              + now
              + "', system_anchor = UTC_TIMESTAMP(6)");
    }
  }

  /** Seconds in looks, and of the service's processor, until the last of these days is done. */
  private static double[] looked(Installation on, Service service, int days, double before)
      throws Exception {
    double processor = service.processorSeconds();
    long wanted = FIRST.toEpochDay() + days;
    long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (RescoreBench.number(
            on, "SELECT COALESCE(MAX(next_slot), 0) FROM bell_progress WHERE slot_seconds = 86400")
        < wanted) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the day before day " + days + " was not looked at");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    // The timer is read after the round has ended, not only its transaction.
    TimeUnit.SECONDS.sleep(1);
    return new double[] {seconds(service) - before, service.processorSeconds() - processor};
  }

  private static double seconds(Service service) throws Exception {
    return service.metrics().getOrDefault("holdfast_bell_look_seconds_sum", 0.0);
  }
}
