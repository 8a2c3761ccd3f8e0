package dev.holdfast.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventKind;
import dev.holdfast.training.BenchModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The desk of the packaged service beside many customers and open episodes: how long a call list
 * takes to compose and what its export costs in memory, how soon a customer who comes back is off
 * the agent's screen, how long a claim takes with eight agents at two replicas, one of which is
 * killed on the way, and how long the answer to a caller takes beside them.
 */
public final class DeskBench {

  /** A Monday, 08:00 in Shanghai: the first minute in which the policy that ships allows calls. */
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static final int AGENTS = 8;
  private static final int LISTS = 5;
  private static final int WARM_UP = 300;
  private static final int RETURNS = 20;
  private static final int ROUTES_A_SECOND = 50;
  private static final int CLAIMS_A_SECOND = 20;
  private static final int PACED_SECONDS = 60;
  private static final int PATIENCE_SECONDS = 30;
  private static final int MOST_NOTHING = 1_000;
  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");
  private static final Pattern CUSTOMER = Pattern.compile("\"customer\":\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("^\\{\"id\":([0-9]+)");

  private DeskBench() {}

  /**
   * Prints the tables.
   *
   * @param customers with a state
   * @param episodes open, each with a pending call
   * @param claims made in all
   */
  public static void run(int customers, int episodes, int claims) throws Exception {
    BenchModel model = BenchModel.get();
    try (Installation on = Installation.start(model)) {
      new Sleepers(customers, START).load(on, model.load());
      people(on, customers, episodes);
      String shortLeases = "-Dholdfast.desk.lease=PT20S";
      try (Service one = on.serve(shortLeases, "-Dholdfast.desk.call-lease=PT20S");
          Service other = on.serveBeside(shortLeases, "-Dholdfast.desk.call-lease=PT20S")) {
        RescoreBench.await(on, one);
        List<String> keys = keys(one);
        lists(one, keys.get(0), episodes);
        export(on, one, keys.get(0), episodes);
        returns(one, keys.get(0));
        String acd = key(one, "acd", "service");
        beside(one, acd, customers, episodes, () -> pace(one, other, keys));
        beside(one, acd, customers, episodes, () -> claim(on, one, other, keys, claims));
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Some work while callers are routed. */
  private static void beside(Service at, String acd, int customers, int episodes, Work work)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<Routed> routed = caller.submit(() -> route(at, acd, customers, episodes, over));
      try {
        work.run();
      } finally {
        over.set(true);
      }
      print(routed.get());
    } finally {
      caller.shutdownNow();
    }
  }

  /** Everybody has a party; those with an episode consent and have a number. */
  private static void people(Installation on, int customers, int episodes) throws SQLException {
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
                  + " CONCAT('{\"name\":\"王', seq, '\"}'), "
                  + at
                  + " FROM seq_1_to_"
                  + customers,
              "INSERT INTO customer_identifier (namespace, value, valid_from, customer_id) SELECT"
                  + " 'bench', seq, '1000-01-01', seq FROM seq_1_to_"
                  + customers,
              "INSERT INTO contact_point (party_id, channel, value, since) SELECT seq, 'phone',"
                  + " CONCAT('+86', 13000000000 + seq), "
                  + at
                  + " FROM seq_1_to_"
                  + episodes,
              "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) SELECT seq,"
                  + " 'phone', 'retention', TRUE, "
                  + at
                  + ", 'bench' FROM seq_1_to_"
                  + episodes,
              "INSERT INTO episode (id, campaign_id, run, party_id, customer_id, cause, risk,"
                  + " model_id, arm, opened_at, open_marker) SELECT seq, 1, 1, seq, seq,"
                  + " 'crossing', 0.3 + 0.6 * RAND(seq), 1, 'treatment', "
                  + at
                  + " - INTERVAL 1 HOUR, 1 FROM seq_1_to_"
                  + episodes,
              "INSERT INTO call_task (id, campaign_id, episode_id, party_id, customer_id, state,"
                  + " risk, reasons, created_at, priority, lot) SELECT id, 1, id, id, id, 'pending',"
                  + " risk, '[\"no use for 12 days\"]', opened_at, 5 * risk, RAND(id + 1) FROM"
                  + " episode",
              // Every call brings something, so that the list is full and nobody waits in vain; and
              // no risk ends an episode, as made-up ones of customers at little risk would soon.
              "UPDATE campaign SET capacity_minutes = 3840, offer_cost = 0, contact_cost = 0,"
                  + " enter_threshold = 0.0002, leave_threshold = 0.0001",
              "ANALYZE TABLE party, customer, call_task, consent, contact_point")) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> keys(Service service) throws Exception {
    List<String> keys = new ArrayList<>();
    for (int agent = 0; agent < AGENTS; agent++) {
      keys.add(key(service, "agent-" + agent, "agent"));
    }
    return keys;
  }

  private static String key(Service service, String name, String role) throws Exception {
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

  /** All calls as a file, ten times: rows go out as they are written. */
  private static void export(Installation on, Service service, String key, int episodes)
      throws Exception {
    change(on, "UPDATE campaign SET capacity_minutes = " + 100 * episodes);
    HttpClient http = HttpClient.newHttpClient();
    System.out.println(
        "| export of | lines | median, s | heap at most, MiB: first half | second half |");
    System.out.println("|---|---|---|---|---|");
    double[] took = new double[2 * LISTS];
    double[] heap = new double[2];
    long lines = 0;
    for (int i = 0; i < took.length; i++) {
      long begun = System.nanoTime();
      HttpResponse<Stream<String>> file =
          http.send(
              request(service, key, "/api/v1/campaigns/1/call-list?format=csv").GET().build(),
              HttpResponse.BodyHandlers.ofLines());
      lines = file.body().count();
      took[i] = (System.nanoTime() - begun) / 1e9;
      int half = i < LISTS ? 0 : 1;
      heap[half] = Math.max(heap[half], Service.heapMegabytes(service.metrics()));
    }
    change(on, "UPDATE campaign SET capacity_minutes = 3840");
    Arrays.sort(took);
    System.out.printf(
        Locale.ROOT,
        "| %,d open episodes | %,d | %.2f | %.0f | %.0f |%n%n",
        episodes,
        lines,
        took[LISTS],
        heap[0],
        heap[1]);
  }

  /** From the answer to a use until the call is gone from the screen of the agent who has it. */
  private static void returns(Service service, String key) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    double[] took = new double[RETURNS];
    for (int i = 0; i < RETURNS; i++) {
      HttpResponse<String> claimed = post(http, service, key, "/api/v1/desk/tasks:claim", "");
      Matcher customer = CUSTOMER.matcher(claimed.body());
      if (claimed.statusCode() != 201 || !customer.find()) {
        throw new IllegalStateException(claimed.statusCode() + " " + claimed.body());
      }
      HttpResponse<String> sent =
          service.post(
              "/api/v1/events",
              "[" + new String(EventJson.write(back(i, customer.group(1))), UTF_8) + "]");
      if (sent.statusCode() / 100 != 2) {
        throw new IllegalStateException(sent.statusCode() + " " + sent.body());
      }
      long begun = System.nanoTime();
      while (!mine(http, service, key).contains("\"state\":\"gone\"")) {
        if (System.nanoTime() - begun > PATIENCE_SECONDS * 1_000_000_000L) {
          throw new IllegalStateException("the call of a customer who came back is still there");
        }
        Thread.sleep(20);
      }
      took[i] = (System.nanoTime() - begun) / 1e9;
      release(http, service, key);
    }
    Arrays.sort(took);
    System.out.println("| customers who came back | gone from the screen, s: median | most |");
    System.out.println("|---|---|---|");
    System.out.printf(
        Locale.ROOT, "| %d | %.2f | %.2f |%n%n", RETURNS, took[RETURNS / 2], took[RETURNS - 1]);
  }

  private static Event back(int i, String customer) {
    return new Event(
        "back-" + i,
        MadeUpTraffic.SOURCE,
        customer,
        "login",
        EventKind.USAGE,
        START,
        START,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }

  /** Answers to callers, in seconds from the instant at which each was due, sorted. */
  private record Routed(double[] took, int complete, int failed) {}

  private static Routed route(
      Service service, String key, int customers, int episodes, AtomicBoolean over)
      throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    List<Double> took = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger complete = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    long begun = System.nanoTime();
    for (long i = 0; !over.get(); i++) {
      long due = begun + i * 1_000_000_000L / ROUTES_A_SECOND;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      // Every other caller by the number, and one in fifty a stranger.
      String who =
          i % 50 == 49
              ? "\"phone\":\"+8619900000000\""
              : i % 2 == 0
                  ? "\"phone\":\"0" + (13_000_000_000L + 1 + random.nextInt(episodes)) + "\""
                  : "\"customer\":\"bench:" + (1 + random.nextInt(customers)) + "\"";
      asked.add(
          http.sendAsync(
                  request(service, key, "/api/v1/route")
                      .header("Content-Type", "application/json")
                      .POST(
                          HttpRequest.BodyPublishers.ofString(
                              "{"
                                  + who
                                  + ",\"queue\":\"retention\",\"waitSeconds\":12,\"agents\":["
                                  + "\"agent-0\",\"agent-1\",\"agent-2\",\"agent-3\"]}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .thenAccept(
                  answer -> {
                    took.add((System.nanoTime() - due) / 1e9);
                    failed.addAndGet(answer.statusCode() == 200 ? 0 : 1);
                    complete.addAndGet(answer.body().contains("\"leftOut\":[]") ? 1 : 0);
                  }));
    }
    for (CompletableFuture<Void> one : asked) {
      one.get();
    }
    // The first second warms up.
    return new Routed(
        took.stream().skip(ROUTES_A_SECOND).mapToDouble(x -> x).sorted().toArray(),
        complete.get(),
        failed.get());
  }

  private static void print(Routed routed) {
    double[] took = routed.took();
    System.out.println(
        "| callers routed beside the claims, a second | answers | p50, ms | p99, ms | most, ms |"
            + " complete | failed |");
    System.out.println("|---|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %d | %,d | %.1f | %.1f | %.1f | %.1f %% | %d |%n%n",
        ROUTES_A_SECOND,
        took.length,
        1e3 * took[took.length / 2],
        1e3 * took[(int) (took.length * 0.99)],
        1e3 * took[took.length - 1],
        100.0 * routed.complete() / (took.length + ROUTES_A_SECOND),
        routed.failed());
  }

  private static void change(Installation on, String sql) throws SQLException {
    try (Connection connection = on.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String mine(HttpClient http, Service at, String key) throws Exception {
    return http.send(
            request(at, key, "/api/v1/desk/tasks/mine").GET().build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void lists(Service service, String key, int episodes) throws Exception {
    System.out.println("| list of | composed in, s: first | median of the next | calls on it |");
    System.out.println("|---|---|---|---|");
    HttpClient http = HttpClient.newHttpClient();
    double[] took = new double[LISTS];
    double first = 0;
    long calls = 0;
    for (int i = 0; i <= LISTS; i++) {
      long begun = System.nanoTime();
      HttpResponse<String> list =
          http.send(
              request(service, key, "/api/v1/campaigns/1/call-list").GET().build(),
              HttpResponse.BodyHandlers.ofString());
      double seconds = (System.nanoTime() - begun) / 1e9;
      if (list.statusCode() != 200) {
        throw new IllegalStateException(list.statusCode() + " " + list.body());
      }
      if (i == 0) {
        first = seconds;
      } else {
        took[i - 1] = seconds;
      }
      calls = Pattern.compile("\"taskId\"").matcher(list.body()).results().count();
    }
    Arrays.sort(took);
    System.out.printf(
        Locale.ROOT,
        "| %,d open episodes | %.2f | %.2f | %d |%n%n",
        episodes,
        first,
        took[LISTS / 2],
        calls);
  }

  /**
   * Claims, calls and outcomes at a steady rate, each agent in turn: a claim counts from the
   * instant it was due, so that a slow one makes those behind it late.
   */
  private static void pace(Service one, Service other, List<String> keys) throws Exception {
    List<Double> took = Collections.synchronizedList(new ArrayList<>());
    ExecutorService threads = Executors.newFixedThreadPool(AGENTS);
    long begun = System.nanoTime();
    try {
      List<Future<?>> agents = new ArrayList<>();
      for (int agent = 0; agent < AGENTS; agent++) {
        String key = keys.get(agent);
        Service at = agent % 2 == 1 ? other : one;
        int first = agent;
        agents.add(
            threads.submit(
                () -> {
                  HttpClient http = HttpClient.newHttpClient();
                  for (int i = first; i < CLAIMS_A_SECOND * PACED_SECONDS; i += AGENTS) {
                    long due = begun + i * 1_000_000_000L / CLAIMS_A_SECOND;
                    for (long wait = due - System.nanoTime();
                        wait > 0;
                        wait = due - System.nanoTime()) {
                      LockSupport.parkNanos(wait);
                    }
                    HttpResponse<String> claimed =
                        post(http, at, key, "/api/v1/desk/tasks:claim", "");
                    double seconds = (System.nanoTime() - due) / 1e9;
                    if (i >= WARM_UP) {
                      took.add(seconds);
                    }
                    complete(http, at, key, claimed);
                  }
                  return null;
                }));
      }
      for (Future<?> agent : agents) {
        agent.get();
      }
    } finally {
      threads.shutdownNow();
    }
    double[] sorted = took.stream().mapToDouble(x -> x).sorted().toArray();
    System.out.println(
        "| claims a second by "
            + AGENTS
            + " agents at 2 replicas | claims, the first "
            + WARM_UP
            + " left out | p50, ms | p99, ms | most, ms |");
    System.out.println("|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %d | %,d | %.1f | %.1f | %.1f |%n%n",
        CLAIMS_A_SECOND,
        sorted.length,
        1e3 * sorted[sorted.length / 2],
        1e3 * sorted[(int) (sorted.length * 0.99)],
        1e3 * sorted[sorted.length - 1]);
  }

  private static void complete(
      HttpClient http, Service at, String key, HttpResponse<String> claimed) throws Exception {
    Matcher id = ID.matcher(claimed.body());
    if (claimed.statusCode() != 201 || !id.find()) {
      throw new IllegalStateException(claimed.statusCode() + " " + claimed.body());
    }
    String claim = "/api/v1/desk/tasks/" + id.group(1);
    HttpResponse<String> call = post(http, at, key, claim + ":call", "");
    HttpResponse<String> done =
        post(http, at, key, claim + ":complete", "{\"disposition\":\"reached\"}");
    if (call.statusCode() != 200 || done.statusCode() != 201) {
      throw new IllegalStateException(call.body() + " " + done.body());
    }
  }

  private static void claim(
      Installation on, Service one, Service other, List<String> keys, int claims) throws Exception {
    AtomicInteger made = new AtomicInteger();
    AtomicBoolean killed = new AtomicBoolean();
    List<Double> took = Collections.synchronizedList(new ArrayList<>());
    ExecutorService threads = Executors.newFixedThreadPool(AGENTS);
    long begun = System.nanoTime();
    try {
      List<Future<?>> agents = new ArrayList<>();
      for (int agent = 0; agent < AGENTS; agent++) {
        String key = keys.get(agent);
        boolean atOther = agent % 2 == 1;
        agents.add(
            threads.submit(
                () -> {
                  work(one, other, atOther, key, claims, made, killed, took);
                  return null;
                }));
      }
      for (Future<?> agent : agents) {
        agent.get();
      }
    } finally {
      threads.shutdownNow();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double[] sorted =
        took.stream()
            .skip(Math.min(WARM_UP, took.size() / 2))
            .mapToDouble(x -> x)
            .sorted()
            .toArray();
    System.out.println(
        "| agents, replicas | claims, the first "
            + WARM_UP
            + " left out | p50, ms | p99, ms | most, ms | calls completed a second |");
    System.out.println("|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %d, 2 of which one is killed at half | %,d | %.1f | %.1f | %.1f | %.0f |%n%n",
        AGENTS,
        sorted.length,
        1e3 * sorted[sorted.length / 2],
        1e3 * sorted[(int) (sorted.length * 0.99)],
        1e3 * sorted[sorted.length - 1],
        made.get() / seconds);
    System.out.printf(
        Locale.ROOT,
        "Parties called twice: %d. Tasks with two outcomes: %d. Claims left in hand by the killed"
            + " replica: %d.%n",
        RescoreBench.number(
            on,
            "SELECT COUNT(*) FROM (SELECT party_id FROM contact_attempt GROUP BY party_id HAVING"
                + " COUNT(*) > 1) x"),
        RescoreBench.number(
            on,
            "SELECT COUNT(*) FROM (SELECT call_task_id FROM outcome GROUP BY call_task_id HAVING"
                + " COUNT(*) > 1) x"),
        RescoreBench.number(
            on, "SELECT COUNT(*) FROM desk_claim WHERE open_marker = 1 OR end_reason = 'expired'"));
  }

  private static void work(
      Service one,
      Service other,
      boolean atOther,
      String key,
      int claims,
      AtomicInteger made,
      AtomicBoolean killed,
      List<Double> took)
      throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    int nothing = 0;
    while (made.get() < claims) {
      if (made.get() >= claims / 2 && killed.compareAndSet(false, true)) {
        other.kill();
      }
      Service at = atOther && !killed.get() ? other : one;
      try {
        long begun = System.nanoTime();
        HttpResponse<String> claimed = post(http, at, key, "/api/v1/desk/tasks:claim", "");
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (claimed.statusCode() == 204 && ++nothing < MOST_NOTHING) {
          // The others had all of the best locked at that moment.
          continue;
        }
        if (claimed.statusCode() == 409) {
          release(http, at, key);
          continue;
        }
        if (claimed.statusCode() == 201) {
          took.add(seconds);
        }
        complete(http, at, key, claimed);
        made.incrementAndGet();
      } catch (IOException replicaDied) {
        if (!killed.get()) {
          throw replicaDied;
        }
      }
    }
  }

  /** What an agent had in hand at the killed replica is nothing it knows of any more. */
  private static void release(HttpClient http, Service at, String key) throws Exception {
    Matcher id = Pattern.compile("\\{\"id\":([0-9]+),\"taskId\"").matcher(mine(http, at, key));
    while (id.find()) {
      post(http, at, key, "/api/v1/desk/tasks/" + id.group(1) + ":release", "");
    }
  }

  private static HttpResponse<String> post(
      HttpClient http, Service at, String key, String path, String body) throws Exception {
    return http.send(
        request(at, key, path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(Service at, String key, String path) {
    return HttpRequest.newBuilder(URI.create(at.address() + path))
        .header("Authorization", "Bearer " + key);
  }
}
