package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * How long the service takes to say what a large campaign caused: when nothing is kept of its
 * parties, and when what became of them is.
 */
public final class EffectBench {

  private static final int AGAIN = 9;
  private static final Duration ROUND = Duration.ofMinutes(10);

  /** A look at many of whom nothing is kept may take longer than a connection may idle. */
  private static final String PATIENT = "-Dquarkus.http.idle-timeout=10M";

  private EffectBench() {}

  /**
   * Prints the table.
   *
   * @param parties of one campaign, all with an outcome
   * @param history events of each
   */
  public static void run(int parties, int history) throws Exception {
    BenchModel model = BenchModel.get();
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofMinutes(2));
    MadeUpTraffic traffic = new MadeUpTraffic(parties, history, start);
    try (Installation on = Installation.start(model)) {
      System.err.println("loading " + parties + " customers");
      on.load(traffic, model.load());
      assign(on, parties);
      System.out.println(
          "| look | kept | ms | processor of the service, ms | of the database, ms |");
      System.out.println("|---|---|---|---|---|");
      Service service = on.serve(PATIENT);
      looks(service, "no");
      keep(on, service, parties);
      service.close();
      looks(on.serve(PATIENT), "yes");
    }
  }

  private static void looks(Service service, String kept) throws Exception {
    String key = PageBench.key(service, "effect " + kept, "retention-lead");
    look(service, key, "effect over HTTP, first", kept, "/api/v1/campaigns/1/effect", 1);
    look(service, key, "effect over HTTP, then", kept, "/api/v1/campaigns/1/effect", AGAIN);
    look(service, key, "by a segment", kept, "/api/v1/campaigns/1/effect?segment=plan", 1);
    look(service, key, "all campaigns", kept, "/api/v1/effects", 1);
    look(service, key, "page of results, first", kept, "/campaigns/1/results", 1);
    look(service, key, "home of a lead, first", kept, "/", 1);
    System.err.printf(Locale.ROOT, "heap: %.0f MB%n", Service.heapMegabytes(service.metrics()));
  }

  /** The mean of several looks. */
  private static void look(
      Service service, String key, String what, String kept, String path, int times)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service.address() + path))
            .header("Authorization", "Bearer " + key)
            .header("Accept", path.startsWith("/api") ? "application/json" : "text/html")
            .build();
    HttpClient http = HttpClient.newHttpClient();
    double ofService = service.processorSeconds();
    double ofDatabase = Installation.databaseSeconds();
    long begun = System.nanoTime();
    for (int i = 0; i < times; i++) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.0f | %.0f | %.0f |%n",
        what,
        kept,
        (System.nanoTime() - begun) / 1e6 / times,
        1e3 * (service.processorSeconds() - ofService) / times,
        1e3 * (Installation.databaseSeconds() - ofDatabase) / times);
  }

  /** Waits until the service has kept what became of everybody. */
  private static void keep(Installation on, Service service, int parties) throws Exception {
    double before = service.processorSeconds();
    double databaseBefore = Installation.databaseSeconds();
    long deadline = System.nanoTime() + ROUND.toNanos();
    try (Connection connection = on.database().getConnection()) {
      while (Installation.number(
              connection, "SELECT COUNT(*) FROM assigned_label WHERE label IS NOT NULL")
          < parties) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the outcomes were not kept within " + ROUND);
        }
        Thread.sleep(500);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| the round that keeps them | | | %.0f | %.0f |%n",
        1e3 * (service.processorSeconds() - before),
        1e3 * (Installation.databaseSeconds() - databaseBefore));
  }

  /**
   * Everybody was assigned two to four months ago, one in five held out; the others were called.
   */
  private static void assign(Installation on, int parties) throws SQLException {
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE customer SET profile = CONCAT('{\"name\":\"王', id, '\",\"region\":\"r', id % 40,"
              + " '\",\"plan\":\"p', id % 7, '\"}')");
      statement.execute(
          "UPDATE source SET watermark = UTC_TIMESTAMP(6), reported = UTC_TIMESTAMP(6)");
      statement.execute(
          "INSERT INTO episode (id, campaign_id, run, party_id, customer_id, cause, risk, model_id,"
              + " arm, opened_at, closed_at, close_reason) SELECT seq, 1, 1, seq, seq, 'crossing',"
              + " 0.5 + 0.4 * RAND(seq), 1, IF(seq % 5 = 0, 'hold-out', 'treatment'),"
              + " UTC_TIMESTAMP(6) - INTERVAL (95 + seq DIV 5 % 60) DAY, UTC_TIMESTAMP(6) - INTERVAL 20"
              + " DAY, 'lapsed' FROM seq_1_to_"
              + parties);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                  + " treatment_share, assigned_at) VALUES (?, 1, 1, ?, ?, ?, 0.8,"
                  + " UTC_TIMESTAMP(6) - INTERVAL ? DAY)")) {
        connection.setAutoCommit(false);
        for (int id = 1; id <= parties; id++) {
          insert.setLong(1, id);
          insert.setLong(2, id);
          insert.setLong(3, id);
          insert.setString(4, id % 5 == 0 ? "hold-out" : "treatment");
          insert.setInt(5, 95 + id / 5 % 60);
          insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
        connection.setAutoCommit(true);
      }
      for (String sql :
          List.of(
              "INSERT INTO call_task (id, campaign_id, episode_id, party_id, customer_id, state,"
                  + " risk, reasons, created_at) SELECT id, 1, id, id, id, 'done', risk, '[\"no use"
                  + " for 12 days\"]', opened_at FROM episode WHERE arm = 'treatment'",
              "INSERT INTO contact_attempt (id, party_id, call_task_id, channel, at, actor) SELECT"
                  + " id, party_id, id, 'phone', created_at + INTERVAL 1 HOUR, 'ann' FROM"
                  + " call_task",
              "INSERT INTO outcome (call_task_id, attempt_id, disposition, recorded_at,"
                  + " recorded_by) SELECT id, id, IF(id % 3 = 0, 'accepted', 'no-answer'),"
                  + " created_at + INTERVAL 2 HOUR, 'ann' FROM call_task",
              "ANALYZE TABLE party, customer, episode, ledger, call_task, contact_attempt, outcome")) {
        statement.execute(sql);
      }
    }
  }
}
