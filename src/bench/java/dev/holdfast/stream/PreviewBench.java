package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The preview of a campaign and the count of a segment beside many customers. */
public final class PreviewBench {

  /** A Monday, 08:00 in Shanghai. */
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static final int TIMES = 7;
  private static final String SEGMENT = "profile.plan = 'gold' and idle >= 2";
  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");

  private PreviewBench() {}

  /**
   * Prints the table.
   *
   * @param customers with a state
   */
  public static void run(int customers) throws Exception {
    BenchModel model = BenchModel.get();
    try (Installation on = Installation.start(model)) {
      new Sleepers(customers, START).load(on, model.load());
      people(on, customers);
      try (Service one = on.serve()) {
        RescoreBench.await(on, one);
        String key = key(one);
        System.out.println("| asked beside " + customers + " customers | first, s | median, s |");
        System.out.println("|---|---|---|");
        String settings =
            "{\"name\":\"bench\",\"enterThreshold\":0.45,\"segment\":\"" + SEGMENT + "\"}";
        measure(one, key, "preview of a draft, level unwatched", ":preview", settings);
        measure(
            one,
            key,
            "preview for everybody",
            ":preview",
            "{\"name\":\"bench\",\"enterThreshold\":0.6}");
        measure(
            one, key, "count of a segment", ":count-segment", "{\"segment\":\"" + SEGMENT + "\"}");
      }
    }
  }

  private static void people(Installation on, int customers) throws SQLException {
    String at = "'" + Sleepers.sql(START) + "'";
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "INSERT INTO party (id, zone, created_at) SELECT seq, 'Asia/Shanghai', "
                  + at
                  + " FROM seq_1_to_"
                  + customers,
              "INSERT INTO customer (id, party_id, profile, created_at) SELECT seq, seq,"
                  + " CONCAT('{\"plan\":\"', IF(seq % 4 = 0, 'gold', 'basic'), '\"}'), "
                  + at
                  + " FROM seq_1_to_"
                  + customers,
              "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) SELECT seq,"
                  + " 'phone', 'retention', TRUE, "
                  + at
                  + ", 'bench' FROM seq_1_to_"
                  + customers,
              "ANALYZE TABLE party, customer, consent")) {
        statement.execute(sql);
      }
    }
  }

  private static String key(Service service) throws Exception {
    String answer =
        service.post("/api/v1/keys", "{\"name\":\"lead\",\"roles\":[\"retention-lead\"]}").body();
    Matcher key = KEY.matcher(answer);
    if (!key.find()) {
      throw new IllegalStateException("no key: " + answer);
    }
    return key.group(1);
  }

  private static void measure(Service at, String key, String what, String path, String body)
      throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    double[] took = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long begun = System.nanoTime();
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(at.address() + "/api/v1/campaigns" + path))
                  .header("Authorization", "Bearer " + key)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      took[i] = (System.nanoTime() - begun) / 1e9;
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
    }
    double first = took[0];
    double[] next = Arrays.copyOfRange(took, 1, TIMES);
    Arrays.sort(next);
    System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", what, first, next[next.length / 2]);
  }
}
