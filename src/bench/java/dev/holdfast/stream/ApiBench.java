package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.Crossing;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import dev.holdfast.training.BenchModel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The scoring API of the packaged service: single scores beside an empty route of the same server,
 * in turn, and the time to an answer at a steady rate, alone and beside a stream of events.
 */
public final class ApiBench {

  private static final String EMPTY = "/api/v1/caller";
  private static final int CONNECTIONS = 16;
  private static final int HISTORY = 16;
  private static final int ROUNDS = 5;

  /** Until the compiler of the JVM is done: with less, half of the processor's time is its own. */
  private static final int WARM_UP_SECONDS = 40;

  private static final double[] LEVELS = {0.3, 0.5, 0.6};
  private static final Duration LOOKED_AHEAD = Duration.ofDays(400);
  private static final int STREAMED = 100_000;
  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");

  private ApiBench() {}

  /**
   * Prints the tables.
   *
   * @param customers who have a history
   * @param seconds of each measurement
   * @param rate scores a second of the steady load
   * @param events a second beside it
   */
  public static void run(int customers, int seconds, int rate, int events) throws Exception {
    BenchModel model = BenchModel.get();
    MadeUpTraffic traffic =
        new MadeUpTraffic(
            customers,
            HISTORY,
            Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS));
    try (Installation installation = Installation.start(model)) {
      installation.load(traffic, model.load());
      setTimers(installation, traffic, model.load());
      try (Service service =
          installation.serve(
              "-Dholdfast.quota.scores.per-second=1000000",
              "-Dholdfast.quota.scores.burst=1000000")) {
        String key = key(service);
        HttpLoad load = new HttpLoad(service.address(), "Bearer " + key);
        LongFunction<String> score = i -> riskOf(customers, i);
        load.closed(score, CONNECTIONS, WARM_UP_SECONDS);
        load.closed(i -> EMPTY, CONNECTIONS, seconds);
        throughput(service, load, score, seconds);
        latency(installation, traffic, load, score, rate, 3 * seconds, events);
        stream(service, key, customers);
      }
    }
  }

  /**
   * Sets the timers that the service would have set, except those that the first event would ring:
   * they are a matter of another benchmark.
   */
  private static void setTimers(Installation installation, MadeUpTraffic traffic, ChurnModel model)
      throws Exception {
    Instant notBefore = traffic.start().plus(Duration.ofDays(1));
    try (Connection connection = installation.database().getConnection();
        Statement all = connection.createStatement();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE customer_state SET next_due = ? WHERE customer_id = ?")) {
      connection.setAutoCommit(false);
      try (ResultSet row = all.executeQuery("SELECT customer_id, state FROM customer_state")) {
        while (row.next()) {
          ActivityState activity = ActivityState.fromBytes(row.getBytes(2));
          Instant last = activity.lastOccurredAt();
          double risk = model.risk(activity, last);
          OptionalDouble level = Arrays.stream(LEVELS).filter(one -> one > risk).findFirst();
          Optional<Instant> due =
              level.isEmpty()
                  ? Optional.empty()
                  : Crossing.first(
                      at -> model.risk(activity, at), last, LOOKED_AHEAD, level.getAsDouble());
          if (due.filter(notBefore::isBefore).isPresent()) {
            update.setObject(1, SqlTime.of(due.get()));
            update.setLong(2, row.getLong(1));
            update.addBatch();
          }
        }
      }
      update.executeBatch();
      connection.commit();
    }
  }

  private static String riskOf(int customers, long i) {
    long customer = 1 + new SplittableRandom(i * 31 + 7).nextInt(customers);
    return "/api/v1/customers/bench:" + customer + "/risk";
  }

  private static String key(Service service) throws Exception {
    String answer =
        service.post("/api/v1/keys", "{\"name\":\"bench\",\"roles\":[\"service\"]}").body();
    Matcher key = KEY.matcher(answer);
    if (!key.find()) {
      throw new IllegalStateException("no key: " + answer);
    }
    return key.group(1);
  }

  private static void throughput(
      Service service, HttpLoad load, LongFunction<String> score, int seconds) throws Exception {
    Map<String, LongFunction<String>> sides = new LinkedHashMap<>();
    sides.put("empty", i -> EMPTY);
    sides.put("score", score);
    sides.put("score without reasons", i -> score.apply(i) + "?reasons=0");
    System.out.println(
        "| round | asked for | answers/s | of the empty ones | processor us an answer: service"
            + " | database |");
    System.out.println("|---|---|---|---|---|---|");
    Map<String, double[]> ratios = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      double empty = Double.NaN;
      for (Map.Entry<String, LongFunction<String>> side : sides.entrySet()) {
        double before = service.processorSeconds();
        double database = Installation.databaseSeconds();
        double answers = load.closed(side.getValue(), CONNECTIONS, seconds);
        empty = Double.isNaN(empty) ? answers : empty;
        ratios.computeIfAbsent(side.getKey(), key -> new double[ROUNDS])[round] = answers / empty;
        System.out.printf(
            Locale.ROOT,
            "| %d | %s | %,.0f | %.2f | %.0f | %.0f |%n",
            round + 1,
            side.getKey(),
            answers,
            answers / empty,
            (service.processorSeconds() - before) / (answers * seconds) * 1e6,
            (Installation.databaseSeconds() - database) / (answers * seconds) * 1e6);
      }
    }
    System.out.println();
    ratios.forEach(
        (side, all) -> {
          Arrays.sort(all);
          System.out.printf(Locale.ROOT, "Median ratio of %s: %.2f.%n", side, all[ROUNDS / 2]);
        });
    System.out.println();
  }

  private static void latency(
      Installation installation,
      MadeUpTraffic traffic,
      HttpLoad load,
      LongFunction<String> score,
      int rate,
      int seconds,
      int events)
      throws Exception {
    System.out.println("| scores/s | events/s beside | p50, ms | p99, ms | p99.9, ms | most, ms |");
    System.out.println("|---|---|---|---|---|---|");
    printed(rate, 0, load.open(score, CONNECTIONS, rate, seconds));
    try (Events beside = new Events(installation, traffic, events)) {
      double[] took = load.open(score, CONNECTIONS, rate, seconds);
      printed(rate, beside.sent() / (double) seconds, took);
    }
    System.out.println();
  }

  private static void printed(int rate, double events, double[] took) {
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,.0f | %.1f | %.1f | %.1f | %.1f |%n",
        rate,
        events,
        1e3 * took[took.length / 2],
        1e3 * took[(int) (took.length * 0.99)],
        1e3 * took[(int) (took.length * 0.999)],
        1e3 * took[took.length - 1]);
  }

  private static void stream(Service service, String key, int customers) throws Exception {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < STREAMED; i++) {
      names.append("bench:").append(1 + i % customers).append('\n');
    }
    byte[] body = names.toString().getBytes(StandardCharsets.UTF_8);
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(service.address() + "/api/v1/risk:stream").toURL().openConnection();
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    connection.setRequestProperty("Authorization", "Bearer " + key);
    connection.setRequestProperty("Content-Type", "application/x-ndjson");
    long begun = System.nanoTime();
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    String last = "";
    long lines = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        last = line;
        lines++;
      }
    }
    double took = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "One stream of %,d names: %,d lines in %.1f s, %,.0f a second; the last: %s%n",
        STREAMED,
        lines,
        took,
        lines / took,
        last);
  }

  /** Puts events on the log at a steady rate until it is closed. */
  private static final class Events implements AutoCloseable {

    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean over;

    Events(Installation installation, MadeUpTraffic traffic, int rate) {
      thread =
          new Thread(
              () -> {
                try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(
                        Map.of("bootstrap.servers", installation.bootstrap(), "linger.ms", "5"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
                  long begun = System.nanoTime();
                  while (!over && rate > 0) {
                    long due = (long) ((System.nanoTime() - begun) / 1e9 * rate);
                    while (sent.get() < due) {
                      Event event = traffic.news((int) sent.getAndIncrement());
                      producer.send(
                          new ProducerRecord<>(
                              Topics.EVENTS, Installation.keyOf(event), EventJson.write(event)));
                    }
                    LockSupport.parkNanos(2_000_000);
                  }
                }
              },
              "events");
      thread.start();
    }

    long sent() {
      return sent.get();
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      thread.join();
    }
  }
}
