package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/** A stream that hangs is noticed by the liveness check, and one that has nothing to do is not. */
class StuckStreamIT {

  private static final Duration STUCK_AFTER = Duration.ofSeconds(6);
  private static final int EVENTS = 200;
  private static final String LIVE = "/q/health/live";
  private static final String RISK = "/api/v1/customers/customer:c1/risk";

  @Test
  void aStreamThatHangsIsNoticedAndARestartLosesNothing() throws Exception {
    var random = new Random(1);
    try (ExternalParts parts = ExternalParts.start();
        Installation installation = Installation.empty("stuck", parts.environment());
        KafkaProducer<byte[], byte[]> producer = parts.producer()) {
      // The transaction of a batch may wait for a lock longer than we look on.
      parts.administer("SET GLOBAL innodb_lock_wait_timeout = 600");
      Installation.Service service = serve(installation);
      var caller = new Caller(service.address());
      send(producer, 0, random);
      awaitStored(parts, EVENTS);

      await("nothing to do is no fault")
          .during(STUCK_AFTER.plusSeconds(3))
          .atMost(STUCK_AFTER.plusSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> caller.get(LIVE).status() == 200);

      try (Connection other = parts.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("SELECT * FROM partition_progress FOR UPDATE");
        send(producer, EVENTS, random);
        await("the hang to be noticed")
            .atMost(STUCK_AFTER.plusSeconds(20))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> caller.get(LIVE).status() == 503);
        assertThat(caller.get(LIVE).body()).contains("\"stream\"", "partition-");
        assertThat(caller.get(RISK).status()).as("scores are served all the same").isEqualTo(200);
        service.running().kill();
        other.rollback();
      }
      service = serve(installation);
      awaitStored(parts, 2 * EVENTS);

      assertThat(parts.books(Traffic.SOURCE))
          .isEqualTo(new ExternalParts.Books(2 * EVENTS, 2 * EVENTS, 0, 0));
      assertThat(new Caller(service.address()).get(LIVE).status()).isEqualTo(200);
      service.running().stop(Duration.ofSeconds(30));
    }
  }

  private static Installation.Service serve(Installation installation) throws Exception {
    return installation.serve(
        Map.of(
            "holdfast.stream.stuck-after", STUCK_AFTER.toString(),
            "holdfast.stream.watch-every", "1s",
            "mp.messaging.incoming.events.session.timeout.ms", "6000",
            "mp.messaging.incoming.events.heartbeat.interval.ms", "1000"));
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int from, Random random) {
    for (int i = from; i < from + EVENTS; i++) {
      producer.send(
          Traffic.order("stuck-" + i, "c" + i % 50, Instant.now().minusSeconds(60), random)
              .record());
    }
    producer.flush();
  }

  private static void awaitStored(ExternalParts parts, int events) {
    await(events + " events to be stored")
        .atMost(Duration.ofSeconds(60))
        .until(() -> parts.number("SELECT COUNT(*) FROM event") == events);
  }
}
