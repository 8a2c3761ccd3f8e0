package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the service takes to make each page of the console, and how much goes over the wire for
 * it, beside many customers with their events, open episodes, finished calls and put-aside
 * messages.
 */
public final class PageBench {

  private static final int WARM_UP = 10;
  private static final int TIMES = 40;
  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");

  private PageBench() {}

  private record Page(String role, String what, LongFunction<String> path) {}

  /**
   * Prints the table.
   *
   * @param customers with a state
   * @param history events of each
   * @param episodes open, each with a pending call
   */
  public static void run(int customers, int history, int episodes) throws Exception {
    BenchModel model = BenchModel.get();
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofMinutes(2));
    MadeUpTraffic traffic = new MadeUpTraffic(customers, history, start);
    try (Installation on = Installation.start(model)) {
      System.err.println("loading " + customers + " customers");
      on.load(traffic, model.load());
      people(on, customers, episodes);
      try (Service service = on.serve()) {
        measure(service, customers, episodes, model.version());
      }
    }
  }

  private static void measure(Service service, int customers, int episodes, String version)
      throws Exception {
    LongFunction<String> anybody = i -> "bench:" + (1 + i * 7_919 % customers);
    List<Page> pages =
        List.of(
            new Page("agent", "home", i -> "/"),
            new Page("retention-lead", "home", i -> "/"),
            new Page("operator", "home", i -> "/"),
            new Page("data-scientist", "home", i -> "/"),
            new Page("agent", "my list", i -> "/my-list"),
            new Page("agent", "call lists", i -> "/call-lists"),
            new Page("agent", "customers", i -> "/customers"),
            new Page("agent", "a customer", i -> "/customers/" + anybody.apply(i)),
            new Page(
                "agent",
                "a customer with a call",
                i -> "/customers/bench:" + (1 + i * 7_919 % episodes)),
            new Page("agent", "search for a name", i -> "/search?q=" + "%E7%8E%8B" + i),
            new Page("agent", "search for a number", i -> "/search?q=" + (13_000_000_000L + i)),
            new Page("retention-lead", "campaigns", i -> "/campaigns"),
            new Page("retention-lead", "a campaign", i -> "/campaigns/1"),
            new Page("retention-lead", "its results", i -> "/campaigns/1/results"),
            new Page("retention-lead", "a new campaign", i -> "/campaigns/new"),
            new Page("operator", "warnings", i -> "/warnings"),
            new Page("data-scientist", "models", i -> "/models"),
            new Page("data-scientist", "a model", i -> "/models/" + version),
            new Page("operator", "operate", i -> "/operate"),
            new Page("operator", "people and keys", i -> "/operate/people"),
            new Page("operator", "audit", i -> "/operate/audit"),
            new Page("operator", "settings", i -> "/operate/settings"));
    System.out.println("| page | for | first, ms | p50, ms | p95, ms | KB transferred |");
    System.out.println("|---|---|---|---|---|---|");
    HttpClient http = HttpClient.newHttpClient();
    for (Page page : pages) {
      measure(http, service, page);
    }
  }

  private static void measure(HttpClient http, Service service, Page page) throws Exception {
    String key = key(service, page.what() + " " + page.role(), page.role());
    double[] took = new double[TIMES];
    double first = 0;
    int bytes = 0;
    for (int i = 0; i < WARM_UP + TIMES; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(service.address() + page.path().apply(i)))
              .header("Authorization", "Bearer " + key)
              .header("Accept", "text/html")
              .header("Accept-Encoding", "gzip")
              .build();
      long begun = System.nanoTime();
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      double millis = (System.nanoTime() - begun) / 1e6;
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(request.uri() + ": " + answer.statusCode());
      }
      bytes = Math.max(bytes, answer.body().length);
      if (i == 0) {
        first = millis;
      }
      if (i >= WARM_UP) {
        took[i - WARM_UP] = millis;
      }
    }
    Arrays.sort(took);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.0f | %.1f | %.1f | %.1f |%n",
        page.what(),
        page.role(),
        first,
        took[TIMES / 2],
        took[TIMES * 95 / 100],
        bytes / 1024.0);
  }

  /** A key with a role. */
  static String key(Service service, String name, String role)
      throws IOException, InterruptedException {
    String answer =
        service
            .post("/api/v1/keys", "{\"name\":\"" + name + "\",\"roles\":[\"" + role + "\"]}")
            .body();
    Matcher key = KEY.matcher(answer);
    if (!key.find()) {
      throw new IllegalStateException("no key: " + answer);
    }
    return key.group(1);
  }

  /**
   * Everybody has a name, a region and a plan; those with an episode consent and have a number; of
   * as many again the episode is over and the call was made. The lot of two in ten held them out.
   */
  private static void people(Installation on, int customers, int episodes) throws SQLException {
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "UPDATE customer SET profile = CONCAT('{\"name\":\"王', id, '\",\"region\":\"r', id %"
                  + " 40, '\",\"plan\":\"p', id % 7, '\"}')",
              // Where it is a decent hour whenever this runs on a working day in Europe or Asia.
              "UPDATE party SET zone = 'America/New_York'",
              "INSERT INTO contact_point (party_id, channel, value, since) SELECT seq, 'phone',"
                  + " CONCAT('+86', 13000000000 + seq), UTC_TIMESTAMP(6) FROM seq_1_to_"
                  + customers,
              "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) SELECT seq,"
                  + " 'phone', 'retention', TRUE, UTC_TIMESTAMP(6), 'bench' FROM seq_1_to_"
                  + episodes,
              "INSERT INTO episode (id, campaign_id, run, party_id, customer_id, cause, risk,"
                  + " model_id, arm, opened_at, open_marker) SELECT seq, 1, 1, seq, seq,"
                  + " 'crossing', 0.5 + 0.4 * RAND(seq), 1, 'treatment', UTC_TIMESTAMP(6) -"
                  + " INTERVAL 1 HOUR, 1 FROM seq_1_to_"
                  + episodes,
              "INSERT INTO call_task (id, campaign_id, episode_id, party_id, customer_id, state,"
                  + " risk, reasons, created_at, priority, lot) SELECT id, 1, id, id, id, 'pending',"
                  + " risk, '[\"no use for 12 days\"]', opened_at, 5 * risk, RAND(id + 1) FROM"
                  + " episode",
              "INSERT INTO episode (id, campaign_id, run, party_id, customer_id, cause, risk,"
                  + " model_id, arm, opened_at, closed_at, close_reason) SELECT seq, 1, 1, seq, seq,"
                  + " 'crossing', 0.5 + 0.4 * RAND(seq), 1, IF(seq % 5 = 0, 'hold-out',"
                  + " 'treatment'), UTC_TIMESTAMP(6) - INTERVAL 90 DAY - INTERVAL (seq % 60) DAY,"
                  + " UTC_TIMESTAMP(6) - INTERVAL 20 DAY, 'lapsed' FROM seq_"
                  + (episodes + 1)
                  + "_to_"
                  + (2 * episodes),
              // Every call brings something, so that the list is full.
              "UPDATE campaign SET offer_cost = 0, contact_cost = 0, enter_threshold = 0.0002,"
                  + " leave_threshold = 0.0001",
              "ANALYZE TABLE party, customer, call_task, consent, contact_point, episode, ledger")) {
        statement.execute(sql);
      }
      ledger(connection, episodes);
    }
  }

  /** As values: a table with triggers takes no {@code INSERT ... SELECT} of these columns. */
  private static void ledger(Connection connection, int episodes) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                + " treatment_share, assigned_at) VALUES (?, 1, 1, ?, ?, ?, 0.8, UTC_TIMESTAMP(6) -"
                + " INTERVAL ? DAY)")) {
      for (int id = 1; id <= 2 * episodes; id++) {
        boolean over = id > episodes;
        insert.setLong(1, id);
        insert.setLong(2, id);
        insert.setLong(3, id);
        insert.setString(4, over && id % 5 == 0 ? "hold-out" : "treatment");
        insert.setInt(5, over ? 90 + id % 60 : 0);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
