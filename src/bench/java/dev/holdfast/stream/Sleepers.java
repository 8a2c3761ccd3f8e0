package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.model.ChurnModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Customers who all fall silent before {@code start}, scored by a model that no longer serves.
 *
 * @param customers how many, numbered from 1
 * @param start whole minutes
 */
record Sleepers(int customers, Instant start) {

  private static final int EVENTS = 8;
  private static final double DAY_MILLIS = 86_400_000;
  private static final int CUSTOMERS_A_FILE = 50_000;
  private static final DateTimeFormatter SQL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of();

  /**
   * The same customer each time: a pace from daily to every third week, silent for up to 60 days.
   */
  ActivityState stateOf(long customer) {
    SplittableRandom random = new SplittableRandom(customer * 1_000_003 + 29);
    double gap = Math.exp(random.nextDouble() * 3) * DAY_MILLIS;
    double back = 60_000 + random.nextDouble() * 60 * DAY_MILLIS;
    long[] at = new long[EVENTS];
    for (int i = EVENTS - 1; i >= 0; i--) {
      at[i] = start.toEpochMilli() - (long) back;
      back += 1 - gap * Math.log(1 - random.nextDouble());
    }
    ActivityState activity = ActivityState.empty();
    for (int i = 0; i < EVENTS; i++) {
      Instant when = Instant.ofEpochMilli(at[i]);
      activity.apply(
          new Event(
              "s" + customer + "-" + i,
              MadeUpTraffic.SOURCE,
              "bench:" + customer,
              random.nextInt(8) == 0 ? "support_called" : "login",
              i > 0 && random.nextInt(8) == 0 ? EventKind.INTERACTION : EventKind.USAGE,
              when,
              when,
              false,
              1,
              null,
              null,
              "app",
              Map.of(),
              false));
    }
    return activity;
  }

  /** Loads their rows as another model left them: risks a little lower, and no timers. */
  void load(Installation on, ChurnModel model) throws IOException, SQLException {
    for (int from = 1; from <= customers; from += CUSTOMERS_A_FILE) {
      Path file = on.path().resolve("sleepers.tsv");
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (int id = from; id < from + CUSTOMERS_A_FILE && id <= customers; id++) {
          write(out, id, model);
        }
      }
      try (Connection connection = on.database().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "LOAD DATA LOCAL INFILE '"
                + file
                + "' INTO TABLE customer_state CHARACTER SET utf8mb4 (customer_id, partition_no,"
                + " source_id, last_occurred_at, @k, risk, as_of, model_id, band, @s) SET"
                + " last_event_key = UNHEX(@k), state = UNHEX(@s)");
      }
      Files.delete(file);
    }
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE TABLE customer_state");
      statement.execute("UPDATE source SET watermark = '" + SQL.format(start) + "'");
      statement.execute(
          "UPDATE business_clock SET mode = 'fixed', business_anchor = '"
              + SQL.format(start)
              + "', system_anchor = UTC_TIMESTAMP(6)");
    }
  }

  private void write(BufferedWriter out, int id, ChurnModel model) throws IOException {
    ActivityState activity = stateOf(id);
    double risk = model.risk(activity, start);
    double earlier = 1 / (1 + Math.exp(0.1) * (1 - risk) / risk);
    String band = earlier < 0.3 ? "0" : earlier < 0.6 ? "1" : "2";
    out.write(
        String.join(
                "\t",
                Integer.toString(id),
                Integer.toString(id % 12),
                "1",
                SQL.format(activity.lastOccurredAt()),
                HEX.formatHex(activity.lastKey().toBytes()),
                Double.toString(earlier),
                SQL.format(start),
                "0",
                band,
                HEX.formatHex(activity.toBytes()))
            + "\n");
  }

  /** An instant as the database writes it. */
  static String sql(Instant at) {
    return SQL.format(at);
  }
}
