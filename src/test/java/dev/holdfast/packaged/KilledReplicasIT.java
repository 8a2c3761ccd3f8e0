package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two replicas on one database and one broker are killed in turn while events with duplicates, late
 * ones and poison arrive, and while timers fire. Afterwards everything is as if nobody had been
 * killed, nor lived in another zone: the books, the history, the states, the episodes.
 */
class KilledReplicasIT {

  /**
   * Its messages of a month come within minutes, by other shares before and after a kill. The day's
   * forecast would be made anywhere in between, and the campaign pause itself or not by chance.
   */
  private static final Map<String, String> PAUSES_NEVER =
      Map.of("holdfast.campaigns.pause-from", "1000000");

  /** A killed member of the group is missed after this time; the default is 45 s. */
  private static final Map<String, String> NOTICED_SOON =
      with(
          PAUSES_NEVER,
          Map.of(
              "mp.messaging.incoming.events.session.timeout.ms", "6000",
              "mp.messaging.incoming.events.heartbeat.interval.ms", "1000"));

  private static final Map<String, String> ELSEWHERE_AND_FROM_THE_BEGINNING =
      with(
          PAUSES_NEVER,
          Map.of(
              "mp.messaging.incoming.events.group.id", "clean",
              "user.timezone", "America/St_Johns"));

  private static final Duration APPLIED_WITHIN = Duration.ofSeconds(120);

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** What is left of a run. */
  private record Outcome(
      ExternalParts.Books shop,
      ExternalParts.Books unknown,
      long events,
      String history,
      String states,
      Map<String, Long> episodes,
      long ledger,
      long treatedWithoutTask) {

    static Outcome of(ExternalParts parts) throws Exception {
      return new Outcome(
          parts.books(Traffic.SOURCE),
          parts.books("unknown"),
          parts.number("SELECT COUNT(*) FROM event"),
          parts.checksumOfEvents(),
          parts.checksumOfStates(),
          parts.episodes(),
          parts.number("SELECT COUNT(*) FROM ledger"),
          parts.number(
              "SELECT (SELECT COUNT(*) FROM episode WHERE arm = 'treatment')"
                  + " - (SELECT COUNT(DISTINCT episode_id) FROM call_task)"));
    }
  }

  @Test
  void fourKillsLeaveNoTrace() throws Exception {
    leaveNoTrace(4, 20_000);
  }

  @Test
  @Tag("full")
  void twentyKillsLeaveNoTrace() throws Exception {
    leaveNoTrace(20, 100_000);
  }

  /** The last kill of four falls into the firing of the timers. */
  private void leaveNoTrace(int kills, int messages) throws Exception {
    System.out.println(kills + " kills, seed " + seed);
    // As a batch of yesterday: nothing of it lies in the future of the service's clock.
    Instant until = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(1));
    Traffic traffic = Traffic.of(messages, until, seed);
    try (ExternalParts parts = ExternalParts.start();
        Installation installation = Installation.empty("killed-replicas", parts.environment());
        KafkaProducer<byte[], byte[]> producer = parts.producer()) {
      Installation.Service[] replicas = installation.serveTwo(NOTICED_SOON);
      int inTimers = kills / 4;
      int waves = kills - inTimers;
      for (int wave = 0; wave < waves; wave++) {
        int from = (int) ((long) messages * wave / waves);
        int to = (int) ((long) messages * (wave + 1) / waves);
        traffic.send(producer, from, to);
        awaitApplied(parts, from + random.nextInt(to - from));
        replicas[wave % 2] = killed(parts, installation, replicas[wave % 2]);
      }
      awaitApplied(parts, messages);
      // In pieces, so that there is something left to fire for each.
      List<Instant> pieces =
          Stream.iterate(inTimers - 1, left -> left >= 0, left -> left - 1)
              .map(left -> until.minus(Duration.ofDays(left)))
              .toList();
      for (int piece = 0; piece < pieces.size(); piece++) {
        complete(parts, pieces.get(piece));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
        int next = (waves + piece) % 2;
        replicas[next] = killed(parts, installation, replicas[next]);
        awaitNothingDue(parts, pieces.get(piece));
      }
      Outcome outcome = Outcome.of(parts);
      for (Installation.Service replica : replicas) {
        replica.running().stop(Duration.ofSeconds(30));
      }

      // The same messages once more, into an empty database, by a service that nobody kills. Its
      // machine and the database's believe to be elsewhere, which must change no row.
      parts.freshDatabase();
      parts.administer("SET GLOBAL time_zone = '+05:45'");
      Installation.Service clean = installation.serve(ELSEWHERE_AND_FROM_THE_BEGINNING);
      awaitApplied(parts, messages);
      for (Instant piece : pieces) {
        complete(parts, piece);
        awaitNothingDue(parts, piece);
      }

      assertThat(outcome.shop())
          .as("the books")
          .isEqualTo(
              new ExternalParts.Books(
                  traffic.good() + traffic.repeated(), traffic.good(), traffic.repeated(), 0));
      assertThat(outcome.unknown())
          .as("the books of what is no event")
          .isEqualTo(new ExternalParts.Books(traffic.poison(), 0, 0, traffic.poison()));
      assertThat(outcome.events()).as("rows of the history").isEqualTo(traffic.good());
      assertThat(outcome.episodes()).as("episodes").isNotEmpty();
      assertThat(outcome.episodes().values()).as("episodes of a customer").containsOnly(1L);
      assertThat(outcome.ledger()).as("the ledger").isEqualTo(outcome.episodes().size());
      assertThat(outcome.treatedWithoutTask()).as("episodes without their task").isZero();
      assertThat(outcome).as("as without kills").isEqualTo(Outcome.of(parts));
      System.out.println(outcome.episodes().size() + " episodes, states " + outcome.states());
      clean.running().stop(Duration.ofSeconds(30));

      assertRebuilt(parts, installation);
    }
  }

  /** The states are a function of the stored events: dropped, they come back as they were. */
  private static void assertRebuilt(ExternalParts parts, Installation installation)
      throws Exception {
    String before = parts.checksumOfActivity();
    long customers = parts.number("SELECT COUNT(*) FROM customer_state");
    parts.execute("DELETE FROM customer_state WHERE customer_id % 2 = 0");
    // Others have the state of somebody else.
    parts.execute(
        "UPDATE customer_state s JOIN (SELECT state FROM customer_state ORDER BY customer_id LIMIT 1)"
            + " o SET s.state = o.state WHERE s.customer_id % 50 = 1");

    Installation.Ended rebuild = installation.run(Duration.ofSeconds(120), "rebuild");

    assertThat(rebuild.exit()).as(rebuild.err()).isZero();
    assertThat(rebuild.out()).contains(customers + " customers rebuilt, ");
    assertThat(parts.checksumOfActivity()).as("states").isEqualTo(before);
  }

  private static Map<String, String> with(Map<String, String> one, Map<String, String> other) {
    Map<String, String> all = new HashMap<>(one);
    all.putAll(other);
    return Map.copyOf(all);
  }

  private static Installation.Service killed(
      ExternalParts parts, Installation installation, Installation.Service victim)
      throws Exception {
    victim.running().kill();
    System.out.println("killed with " + applied(parts) + " messages taken");
    return installation.serve(NOTICED_SOON);
  }

  private static void awaitApplied(ExternalParts parts, long messages) {
    await("the stream to take " + messages + " messages")
        .atMost(APPLIED_WITHIN)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> applied(parts) >= messages);
  }

  private static long applied(ExternalParts parts) throws Exception {
    return parts.number("SELECT COALESCE(SUM(next_offset), 0) FROM partition_progress");
  }

  private static void complete(ExternalParts parts, Instant through) throws Exception {
    String text = through.toString().replace("T", " ").replace("Z", "");
    parts.execute(
        "UPDATE source SET reported = '"
            + text
            + "', watermark = '"
            + text
            + "' WHERE name = '"
            + Traffic.SOURCE
            + "'");
  }

  private static void awaitNothingDue(ExternalParts parts, Instant until) {
    String text = until.toString().replace("T", " ").replace("Z", "");
    await("the timers to fire")
        .atMost(APPLIED_WITHIN)
        .until(
            () ->
                parts.number(
                        "SELECT COUNT(*) FROM customer_state WHERE next_due <= '"
                            + text
                            + "' OR rescore_due IS NOT NULL")
                    == 0);
  }
}
