package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two replicas are stopped and started again in turn under load, behind a proxy that leads new
 * connections to one that is ready, as a cluster does: no request fails, no event is lost or
 * doubled.
 */
class RollingStopIT {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int TIMEOUT_MILLIS = 10_000;

  /** A stopping replica says that it is not ready, and serves on for this long. */
  private static final Map<String, String> STOPS_GENTLY = Map.of("quarkus.shutdown.delay", "2S");

  @Test
  void twoRestartsFailNobody() throws Exception {
    failNobody(2);
  }

  @Test
  @Tag("full")
  void tenRestartsFailNobody() throws Exception {
    failNobody(10);
  }

  private void failNobody(int restarts) throws Exception {
    try (ExternalParts parts = ExternalParts.start();
        Installation installation = Installation.empty("rolling", parts.environment());
        var cluster = new Cluster();
        var front = new Proxy(cluster::readyPort)) {
      Installation.Service[] replicas = installation.serveTwo(STOPS_GENTLY);
      for (Installation.Service replica : replicas) {
        cluster.add(replica);
      }
      cluster.awaitReady(2);
      try (var load = new Load("http://127.0.0.1:" + front.port())) {
        load.awaitAnswers(50);
        for (int restart = 0; restart < restarts; restart++) {
          Installation.Service stopping = replicas[restart % 2];
          Installation.Ended ended = stopping.running().stop(STOP_WITHIN);
          cluster.remove(stopping);
          System.out.println("stopped within " + ended.took().toMillis() + " ms");
          assertThat(ended.exit()).as("exit code after SIGTERM").isIn(0, 143);
          replicas[restart % 2] = installation.serve(STOPS_GENTLY);
          cluster.add(replicas[restart % 2]);
          cluster.awaitReady(2);
        }
        load.close();

        System.out.println(load.answers.get() + " answers, " + load.failures.size() + " failures");
        assertThat(load.failures).as("failed requests").isEmpty();
        await("all events to be applied")
            .atMost(Duration.ofSeconds(60))
            .until(() -> parts.books(Traffic.SOURCE).received() >= load.sent.get());
        int sent = load.sent.get();
        assertThat(parts.books(Traffic.SOURCE))
            .isEqualTo(new ExternalParts.Books(sent, sent, 0, 0));
        assertThat(parts.number("SELECT COUNT(*) FROM event")).isEqualTo(sent);
      }
      for (Installation.Service replica : replicas) {
        replica.running().stop(STOP_WITHIN);
      }
    }
  }

  /** Asks each replica whether it is ready, ten times a second. */
  private static final class Cluster implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);

    private record Member(Installation.Service service, boolean ready) {}

    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService probe = Executors.newSingleThreadScheduledExecutor();

    Cluster() {
      probe.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void add(Installation.Service service) {
      members.add(new Member(service, false));
    }

    void remove(Installation.Service service) {
      members.removeIf(member -> member.service().equals(service));
    }

    private void look() {
      members.replaceAll(
          member -> {
            int status;
            try {
              status = status(member.service().address() + "/q/health/ready", null);
            } catch (IOException gone) {
              status = 0;
            }
            return new Member(member.service(), status == 200);
          });
    }

    void awaitReady(int replicas) {
      await(replicas + " replicas to be ready")
          .atMost(Installation.START_WITHIN)
          .until(() -> members.stream().filter(Member::ready).count() == replicas);
    }

    /** The port of a ready replica, 0 if there is none. */
    int readyPort() {
      List<Member> ready = members.stream().filter(Member::ready).toList();
      return ready.isEmpty()
          ? 0
          : URI.create(ready.get((int) (System.nanoTime() % ready.size())).service().address())
              .getPort();
    }

    @Override
    public void close() {
      probe.shutdownNow();
    }
  }

  /** Fifty requests a second, each on a connection of its own; every other one sends an event. */
  private static final class Load implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int EVERY_MILLIS = 20;

    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Random random = new Random(1);
    private final ScheduledExecutorService callers = Executors.newScheduledThreadPool(THREADS);
    private final String address;

    Load(String address) {
      this.address = address;
      // Known to the service before it is asked for.
      send(0);
      callers.scheduleAtFixedRate(
          () -> callers.execute(this::call), 2_000, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void call() {
      int next = number.incrementAndGet();
      if (next % 2 == 0) {
        send(next);
      } else {
        expect(200, "/api/v1/customers/customer:c0/risk", null);
      }
    }

    private void send(int next) {
      Traffic.Message order =
          Traffic.order("rolling-" + next, "c" + next % 50, Instant.now().minusSeconds(60), random);
      if (expect(202, "/api/v1/events", order.value())) {
        sent.incrementAndGet();
      }
    }

    private boolean expect(int status, String path, byte @Nullable [] body) {
      try {
        int answer = status(address + path, body);
        answers.incrementAndGet();
        if (answer == status) {
          return true;
        }
        failures.add(path + " " + answer);
      } catch (IOException e) {
        failures.add(path + " " + e);
      }
      return false;
    }

    void awaitAnswers(int enough) {
      await(enough + " answers")
          .atMost(Duration.ofSeconds(60))
          .until(() -> answers.get() >= enough);
    }

    @Override
    public void close() throws InterruptedException {
      callers.shutdown();
      assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Asks on a connection that is closed afterwards. */
  private static int status(String address, byte @Nullable [] body) throws IOException {
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setRequestProperty("Connection", "close");
    connection.setRequestProperty("Authorization", "Bearer " + ExternalParts.API_KEY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    if (body != null) {
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length);
      connection.getOutputStream().write(body);
    }
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in != null) {
        in.readAllBytes();
      }
    }
    return status;
  }
}
