package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.testsupport.TestModel;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A file of the day before, an hourly file and a stream side by side. One stops for 48 hours and
 * then brings what is missing in any order: nobody is rung for missing data, nobody is missed, one
 * incident opens and closes, and the others go on.
 */
@QuarkusTest
@TestSecurity(
    user = "olga",
    roles = {Roles.OPERATOR, Roles.RETENTION_LEAD})
class FeedStopTest {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration STEP = Duration.ofHours(3);
  private static final Duration DAYS = Duration.ofDays(7);
  private static final Instant STOPS = START.plus(Duration.ofDays(3));
  private static final Instant RETURNS = STOPS.plus(Duration.ofHours(48));
  private static final double EVEN_AT_DAYS = 2;
  private static final int STAYERS = 16;
  private static final int LEAVERS = 6;
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject SystemClock system;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;
  @Inject Timers timers;
  @Inject FeedWatch watch;
  @Inject Incidents incidents;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Map<Cadence, Feed> feeds = new TreeMap<>();
  private long campaign;

  /** A source, the truth about its customers, and what it has delivered. */
  private static final class Feed {
    final Cadence cadence;
    final String name;
    final List<Event> truth = new ArrayList<>();
    final Map<String, Instant> leavers = new HashMap<>();
    Instant delivered = START;

    Feed(Cadence cadence, String name) {
      this.cadence = cadence;
      this.name = name;
    }
  }

  @BeforeEach
  void threeFeeds() throws SQLException {
    execute("DELETE FROM customer_state");
    execute("UPDATE campaign SET state = 'ended'");
    TestModel.promote(models, "idle-days-2", EVEN_AT_DAYS);
    clocks.fix(START);
    for (Cadence cadence : Cadence.values()) {
      Feed feed = new Feed(cadence, cadence.wireName() + "-" + run);
      feeds.put(cadence, feed);
      sources.declare(feed.name, cadence, cadence.maxSilence());
      live(feed, new Random(20260302L + cadence.ordinal()));
    }
    campaign =
        campaigns
            .start(
                CampaignSettings.named("feeds-" + run)
                    .enterThreshold(0.5)
                    .holdOutShare(0.0)
                    .coolDownDays(0)
                    .intake(0)
                    .build(),
                "test")
            .id();
    timers.sweep();
  }

  /** Who stays uses the service twice a day or so; who leaves does so until some day. */
  private void live(Feed feed, Random random) {
    for (int i = 0; i < STAYERS + LEAVERS; i++) {
      String customer = "test:" + feed.name + "-" + i;
      boolean leaves = i >= STAYERS;
      // Their crossings spread over the days before, during and after the stop.
      Instant last =
          START.plus(Duration.ofHours(12 + (long) (i - STAYERS) * 20)).plusSeconds(2_400);
      Instant end = leaves ? last : START.plus(DAYS);
      Instant at = START.plusSeconds(600L * (1 + random.nextInt(5)));
      while (at.isBefore(end)) {
        feed.truth.add(usage(feed, customer, at));
        at = at.plus(Duration.ofHours(6 + random.nextInt(14)));
      }
      if (leaves) {
        feed.truth.add(usage(feed, customer, last));
        feed.leavers.put(customer, last.plus(Duration.ofDays((long) EVEN_AT_DAYS)));
      }
    }
    String regular = "test:" + feed.name + "-regular";
    for (Instant at = START; at.isBefore(START.plus(DAYS)); at = at.plus(Duration.ofHours(1))) {
      feed.truth.add(usage(feed, regular, at.plusSeconds(3_000)));
    }
    feed.truth.sort(Comparator.comparing(Event::occurredAt));
  }

  @ParameterizedTest
  @EnumSource(Cadence.class)
  void aFeedThatStopsRingsNobodyForItAndMissesNobody(Cadence stopping) throws SQLException {
    Feed stopped = Objects.requireNonNull(feeds.get(stopping));
    boolean incidentSeen = false;
    int rungMeanwhile = 0;

    for (Instant now = START.plus(STEP); !now.isAfter(START.plus(DAYS)); now = now.plus(STEP)) {
      clocks.fix(now);
      for (Feed feed : feeds.values()) {
        boolean silent = feed == stopped && now.isAfter(STOPS) && now.isBefore(RETURNS);
        if (silent || !delivers(feed, now)) {
          continue;
        }
        if (feed == stopped && feed.delivered.isBefore(RETURNS) && !now.isBefore(RETURNS)) {
          backfill(feed, now);
        } else {
          deliver(feed, feed.delivered, through(feed, now), false);
        }
        feed.delivered = through(feed, now);
      }
      tick();

      for (Feed feed : feeds.values()) {
        Map<String, Long> rung = rung(feed);
        Instant at = now;
        assertThat(rung)
            .as("rung for %s by %s, against the truth", feed.name, at)
            .allSatisfy(
                (customer, times) -> {
                  assertThat(times).isEqualTo(1);
                  assertThat(feed.leavers).containsKey(customer);
                  assertThat(feed.leavers.get(customer)).isBefore(at);
                });
        if (feed != stopped) {
          assertThat(rung.keySet())
              .as("all whose crossing %s has reported past by %s", feed.name, at)
              .containsExactlyInAnyOrderElementsOf(crossed(feed, known(feed)));
        }
        rungMeanwhile += feed != stopped && now.equals(RETURNS) ? rung.size() : 0;
      }
      incidentSeen |= showsTheIncident(stopped);
    }

    for (Feed feed : feeds.values()) {
      List<String> crossed = crossed(feed, known(feed));
      assertThat(rung(feed).keySet()).containsExactlyInAnyOrderElementsOf(crossed);
      assertThat(crossed).as("crossings of %s", feed.name).hasSizeGreaterThanOrEqualTo(4);
    }
    assertThat(rungMeanwhile).as("rung by the others by the end of the stop").isPositive();
    assertThat(incidentSeen).isTrue();
    List<Incident> raised =
        incidents.list(true, 1_000).stream().filter(one -> one.subject().contains(run)).toList();
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).subject()).isEqualTo("source:" + stopped.name);
    assertThat(raised.get(0).state()).isEqualTo(Incident.State.RESOLVED);
    assertThat(incidents.get(raised.get(0).id()).history())
        .extracting(Incident.Entry::action)
        .containsOnlyOnce("opened", "resolved");
    assertThat(
            single(
                "SELECT COUNT(*) FROM incident_entry WHERE action = 'resolved' AND incident_id = ?",
                raised.get(0).id()))
        .isEqualTo(1);
  }

  /** How far the source has reported. */
  private Instant known(Feed feed) {
    Instant reached = sources.byName(feed.name).orElseThrow().watermark().reached();
    return reached == null ? START : reached;
  }

  private static List<String> crossed(Feed feed, Instant by) {
    return feed.leavers.entrySet().stream()
        .filter(one -> one.getValue().isBefore(by))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The file of the day before comes at three in the morning. */
  private static boolean delivers(Feed feed, Instant now) {
    return feed.cadence != Cadence.DAILY || !through(feed, now).equals(feed.delivered);
  }

  private static Instant through(Feed feed, Instant now) {
    return feed.cadence == Cadence.DAILY ? now.minus(STEP).truncatedTo(ChronoUnit.DAYS) : now;
  }

  /** What is missing, newest piece first and then in any order; the watch looks in between. */
  private void backfill(Feed feed, Instant now) throws SQLException {
    if (feed.cadence == Cadence.STREAM) {
      List<Event> missing = new ArrayList<>(between(feed, feed.delivered, now));
      Event newest = missing.remove(missing.size() - 1);
      log.send(List.of(newest));
      tick();
      Collections.shuffle(missing, new Random(7));
      int piece = missing.size() / 4 + 1;
      for (int from = 0; from < missing.size(); from += piece) {
        List<Event> some = missing.subList(from, Math.min(missing.size(), from + piece));
        log.send(some.stream().map(FeedStopTest::history).toList());
        tick();
      }
    } else {
      Duration piece = feed.cadence == Cadence.DAILY ? Duration.ofDays(1) : Duration.ofHours(6);
      List<Instant> files = new ArrayList<>();
      for (Instant from = feed.delivered;
          from.isBefore(through(feed, now));
          from = from.plus(piece)) {
        files.add(from);
      }
      Collections.rotate(files, 1);
      Collections.shuffle(files.subList(1, files.size()), new Random(7));
      for (Instant from : files) {
        deliver(feed, from, from.plus(piece), true);
        tick();
      }
    }
    Instant sent = system.now();
    await().atMost(WAIT).until(() -> system.now().isAfter(sent.plusSeconds(3)));
  }

  private void deliver(Feed feed, Instant from, Instant to, boolean late) {
    List<Event> events = between(feed, from, to);
    log.send(late ? events.stream().map(FeedStopTest::history).toList() : events);
    if (feed.cadence != Cadence.STREAM) {
      applied();
      sources.completeThrough(feed.name, to);
    }
  }

  private static List<Event> between(Feed feed, Instant from, Instant to) {
    return feed.truth.stream()
        .filter(event -> !event.occurredAt().isBefore(from) && event.occurredAt().isBefore(to))
        .toList();
  }

  /** The watch of the feeds and the timers, each in its own time. */
  private void tick() {
    applied();
    assertThat(watch.look()).isTrue();
    timers.sweep();
  }

  private void applied() {
    await()
        .atMost(WAIT)
        .pollInterval(Duration.ofMillis(10))
        .pollDelay(Duration.ZERO)
        .until(progress::allCaughtUp);
  }

  /** While a feed has an incident, each risk that hangs on it says so. */
  private boolean showsTheIncident(Feed feed) {
    Source source = sources.byName(feed.name).orElseThrow();
    Long incident = source.feed().incident();
    if (incident == null) {
      return false;
    }
    assertThat(source.feed().doubted()).isTrue();
    given()
        .get("/api/v1/customers/{name}/risk", "test:" + feed.name + "-0")
        .then()
        .statusCode(200)
        .body("stale", equalTo(true))
        .body("incident", equalTo(incident.intValue()));
    return true;
  }

  /** How often each customer of a feed was rung for. */
  private Map<String, Long> rung(Feed feed) throws SQLException {
    Map<Long, Long> byId = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, COUNT(*) FROM episode WHERE campaign_id = ?"
                    + " GROUP BY customer_id")) {
      select.setLong(1, campaign);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          byId.put(row.getLong(1), row.getLong(2));
        }
      }
    }
    Map<String, Long> rung = new TreeMap<>();
    customers
        .namesOf(List.copyOf(byId.keySet()))
        .forEach(
            (id, name) -> {
              if (name.startsWith("test:" + feed.name)) {
                rung.put(name, byId.get(id));
              }
            });
    return rung;
  }

  private static Event usage(Feed feed, String customer, Instant at) {
    return new Event(
        customer + "@" + at,
        feed.name,
        customer,
        "login",
        EventKind.USAGE,
        at,
        at,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }

  private static Event history(Event event) {
    return new Event(
        event.id(),
        event.source(),
        event.customer(),
        event.name(),
        event.kind(),
        event.occurredAt(),
        event.availableAt(),
        true,
        event.count(),
        event.amount(),
        event.currency(),
        event.channel(),
        event.properties(),
        true);
  }

  private long single(String sql, long parameter) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, parameter);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
