package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The database is stopped or slow, the broker is stopped: the service says so within three seconds,
 * stays alive, loses nothing, puts no good event aside, and goes on soon after they are back.
 *
 * <p>Kept out of the usual run for its length; two faults that it found by chance are mended: a
 * stream that waited ten seconds between tries, and a liveness that counted time in which nothing
 * was known.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(3);
  private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(15);
  private static final Duration ROUND_TRIP = Duration.ofSeconds(2);
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Sooner than an outage ends: to wait for a part that is away is no hang. */
  private static final Map<String, String> NOTICES_A_HANG_SOON =
      Map.of("holdfast.stream.stuck-after", "10S", "holdfast.stream.watch-every", "1s");

  /** Pools shrink and grow by a few. */
  private static final int THREADS_MORE = 12;

  private static final String RISK = "/api/v1/customers/customer:c1/risk";
  private static final String EVENTS = "/api/v1/events";
  private static final String LIVE = "/q/health/live";
  private static final String READY = "/q/health/ready";

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicInteger number = new AtomicInteger();
  private ExternalParts parts;
  private Installation installation;
  private Installation.Service service;
  private Caller caller;
  private KafkaProducer<byte[], byte[]> producer;

  /** Events that are known to be on the log, and those of which that is not known. */
  private final AtomicInteger acknowledged = new AtomicInteger();

  private final AtomicInteger uncertain = new AtomicInteger();

  @BeforeAll
  void startAll() throws Exception {
    System.out.println("seed " + seed);
    parts = ExternalParts.start();
    installation = Installation.empty("outage", parts.environment());
    service = installation.serve(NOTICES_A_HANG_SOON);
    caller = new Caller(service.address());
    producer = parts.producer();
    post();
    awaitAllApplied();
    // What is loaded lazily is loaded.
    for (String path : List.of(RISK, LIVE, READY)) {
      assertThat(caller.get(path).status()).as(path).isEqualTo(200);
    }
  }

  @AfterAll
  void endAll() throws Exception {
    if (producer != null) {
      producer.close(Duration.ofSeconds(1));
    }
    if (installation != null) {
      installation.close();
    }
    if (parts != null) {
      parts.close();
    }
  }

  @Test
  void theDatabaseIsStopped() throws Exception {
    theDatabaseIsStopped(SHORT);
  }

  @Test
  @Tag("full")
  void theDatabaseIsStoppedForAMinute() throws Exception {
    theDatabaseIsStopped(LONG);
  }

  @Test
  void theBrokerIsStopped() throws Exception {
    theBrokerIsStopped(SHORT);
  }

  @Test
  @Tag("full")
  void theBrokerIsStoppedForAMinute() throws Exception {
    theBrokerIsStopped(LONG);
  }

  @Test
  void theDatabaseIsSlow() throws Exception {
    theDatabaseIsSlow(SHORT);
  }

  @Test
  @Tag("full")
  void theDatabaseIsSlowForAMinute() throws Exception {
    theDatabaseIsSlow(LONG);
  }

  private void theDatabaseIsStopped(Duration length) throws Exception {
    int threads = threads();
    try (var feed = new Feed()) {
      parts.stopDatabase();
      assertRefusedButAlive(length);
      parts.startDatabase();
      awaitRecovery();
    }
    assertNothingLost(threads);
  }

  private void theDatabaseIsSlow(Duration length) throws Exception {
    int threads = threads();
    try (var feed = new Feed()) {
      parts.network().slowDown(ROUND_TRIP);
      assertRefusedButAlive(length);
      parts.network().slowDown(Duration.ZERO);
      awaitRecovery();
    }
    assertNothingLost(threads);
  }

  private void assertRefusedButAlive(Duration length) throws Exception {
    long until = System.nanoTime() + length.toNanos();
    List<Caller.Answer> risks = new ArrayList<>();
    List<Caller.Answer> posts = new ArrayList<>();
    while (System.nanoTime() < until) {
      risks.add(caller.get(RISK));
      posts.add(post());
      assertAlive();
      assertThat(caller.get(READY))
          .as("readiness")
          .satisfies(ready -> assertThat(ready.took()).isLessThan(ANSWERS_WITHIN));
    }
    assertThat(risks)
        .as("risks")
        .allMatch(Caller.Answer::isRefusalForNow)
        .allMatch(answer -> answer.took().compareTo(ANSWERS_WITHIN) < 0);
    assertThat(posts)
        .as("events over HTTP, whose sender must be known")
        .allMatch(Caller.Answer::isRefusalForNow)
        .allMatch(answer -> answer.took().compareTo(ANSWERS_WITHIN) < 0);
    assertThat(caller.get(READY).status()).as("readiness").isEqualTo(503);
    System.out.printf(
        "%d requests refused, slowest after %d ms%n",
        risks.size() + posts.size(), slowest(risks, posts));
  }

  private void theBrokerIsStopped(Duration length) throws Exception {
    int threads = threads();
    List<Caller.Answer> risks = new ArrayList<>();
    List<Caller.Answer> posts = new ArrayList<>();
    parts.stopBroker();
    long until = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < until) {
      risks.add(caller.get(RISK));
      posts.add(post());
      assertAlive();
      assertThat(caller.get(READY).status()).as("readiness").isEqualTo(200);
    }
    parts.startBroker();
    awaitRecovery();

    assertThat(risks)
        .as("scores do not need the broker")
        .allMatch(answer -> answer.status() == 200)
        .allMatch(answer -> answer.took().compareTo(ANSWERS_WITHIN) < 0);
    assertThat(posts)
        .as("events over HTTP")
        .allMatch(Caller.Answer::isRefusalForNow)
        .allMatch(answer -> answer.took().compareTo(ANSWERS_WITHIN) < 0);
    System.out.printf(
        "%d events refused, slowest answer after %d ms%n", posts.size(), slowest(risks, posts));
    assertNothingLost(threads);
  }

  private void assertAlive() throws InterruptedException {
    assertThat(caller.get(LIVE))
        .as("liveness")
        .satisfies(
            live -> {
              assertThat(live.status()).as(live.body()).isEqualTo(200);
              assertThat(live.took()).isLessThan(ANSWERS_WITHIN);
            });
  }

  /** The parts are back: from now on the service has its time. */
  private void awaitRecovery() throws Exception {
    long began = System.nanoTime();
    await("the service to recover")
        .atMost(RECOVERS_WITHIN)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                caller.get(READY).status() == 200
                    && caller.get(RISK).status() == 200
                    && post().status() == 202);
    int known = acknowledged.get();
    await("the stream to apply what was sent meanwhile")
        .atMost(RECOVERS_WITHIN.minus(Duration.ofNanos(System.nanoTime() - began)))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> parts.number("SELECT COUNT(*) FROM event") >= known);
    System.out.printf(
        "recovered after %d ms%n", Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private void assertNothingLost(int threadsBefore) throws Exception {
    // What was sent and not acknowledged may still be on its way.
    await("the books to balance")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(this::assertBooksBalance);
    await("the threads of the outage to end")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(threads()).as("threads").isLessThan(threadsBefore + THREADS_MORE));
  }

  private void assertBooksBalance() throws Exception {
    ExternalParts.Books books = parts.books(Traffic.SOURCE);
    long stored = parts.number("SELECT COUNT(*) FROM event");
    assertThat(stored)
        .as("stored, of %d acknowledged and %d uncertain", acknowledged.get(), uncertain.get())
        .isBetween((long) acknowledged.get(), (long) acknowledged.get() + uncertain.get());
    assertThat(books)
        .isEqualTo(
            new ExternalParts.Books(stored + books.duplicate(), stored, books.duplicate(), 0));
    assertThat(parts.number("SELECT COUNT(*) FROM quarantine")).as("quarantined").isZero();
    assertThat(parts.number("SELECT SUM(next_offset) FROM partition_progress"))
        .as("messages taken, each in the books once")
        .isEqualTo(books.received());
  }

  private void awaitAllApplied() {
    await("all that is acknowledged to be applied")
        .atMost(Duration.ofSeconds(60))
        .until(() -> parts.number("SELECT COUNT(*) FROM event") >= acknowledged.get());
  }

  /** Sends one event over HTTP. */
  private Caller.Answer post() throws InterruptedException {
    Traffic.Message order = order();
    Caller.Answer answer = caller.post(EVENTS, Objects.requireNonNull(order.value()));
    (answer.status() == 202 ? acknowledged : uncertain).incrementAndGet();
    return answer;
  }

  private Traffic.Message order() {
    int next = number.incrementAndGet();
    return Traffic.order(
        "outage-" + seed + "-" + next, "c" + next % 50, Instant.now().minusSeconds(60), random);
  }

  private int threads() throws IOException {
    String status =
        Files.readString(
            Path.of("/proc/" + service.running().process().pid() + "/status"),
            StandardCharsets.UTF_8);
    return status
        .lines()
        .filter(line -> line.startsWith("Threads:"))
        .mapToInt(line -> Integer.parseInt(line.substring(8).strip()))
        .sum();
  }

  private static long slowest(List<Caller.Answer> some, List<Caller.Answer> others) {
    List<Caller.Answer> all = new ArrayList<>(some);
    all.addAll(others);
    return all.stream().mapToLong(answer -> answer.took().toMillis()).max().orElse(0);
  }

  /** Somebody else sends events to the broker all the while, twenty a second. */
  private final class Feed implements AutoCloseable {

    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

    Feed() {
      sender.scheduleAtFixedRate(this::send, 0, 50, TimeUnit.MILLISECONDS);
    }

    private void send() {
      producer.send(
          order().record(),
          (sent, failure) -> (failure == null ? acknowledged : uncertain).incrementAndGet());
    }

    @Override
    public void close() throws InterruptedException {
      sender.shutdown();
      assertThat(sender.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      producer.flush();
    }
  }
}
