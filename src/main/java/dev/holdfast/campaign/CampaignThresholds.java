package dev.holdfast.campaign;

import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Thresholds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The running campaigns, and the levels of risk they watch. Read again every two seconds, since
 * every batch asks.
 */
@ApplicationScoped
class CampaignThresholds implements Thresholds {

  private static final Duration FRESH = Duration.ofSeconds(2);

  private final SystemClock clock;
  private volatile Snapshot snapshot = Snapshot.NONE;

  CampaignThresholds(SystemClock clock) {
    this.clock = clock;
  }

  /** A campaign that events begin. */
  record ByEvent(Campaign campaign, EventStart start) {}

  private record Snapshot(List<Campaign> running, List<ByEvent> byEvent, Instant readAt) {
    static final Snapshot NONE = new Snapshot(List.of(), List.of(), Instant.MIN);

    static Snapshot of(List<Campaign> read, Instant readAt) {
      // Who comes first has the party.
      List<Campaign> running =
          read.stream()
              .sorted(Comparator.comparingInt((Campaign one) -> one.precedence).reversed())
              .toList();
      List<ByEvent> byEvent = new ArrayList<>();
      for (Campaign campaign : running) {
        StartEvent start = EventStart.read(campaign.startsWith);
        if (start != null && !start.byDate()) {
          byEvent.add(new ByEvent(campaign, EventStart.of(start)));
        }
      }
      return new Snapshot(running, byEvent, readAt);
    }
  }

  @Override
  public double[] levels() {
    return byRisk().mapToDouble(campaign -> campaign.enterThreshold).toArray();
  }

  @Override
  public List<Watched> watched() {
    return byRisk()
        .map(one -> new Watched(one.enterThreshold, "threshold of campaign " + one.name))
        .toList();
  }

  /** A campaign that an incident or an event begins watches no level. */
  private Stream<Campaign> byRisk() {
    return running().stream().filter(Campaign::byRisk);
  }

  /**
   * The running campaigns as of at most two seconds ago, those of the highest precedence first;
   * detached, for reading.
   */
  List<Campaign> running() {
    return fresh().running();
  }

  /** True if a party may not be in all of them at once. */
  boolean precedenceMatters() {
    return running().stream().mapToInt(one -> one.precedence).distinct().count() > 1;
  }

  /** Those of them that events begin. */
  List<ByEvent> byEvent() {
    return fresh().byEvent();
  }

  private Snapshot fresh() {
    Instant now = clock.now();
    Snapshot current = snapshot;
    if (current.readAt().equals(Instant.MIN) || current.readAt().plus(FRESH).isBefore(now)) {
      // A transaction only to read: a score that is asked for over HTTP has none.
      List<Campaign> read = QuarkusTransaction.joiningExisting().call(Campaign::running);
      current = Snapshot.of(read, now);
      snapshot = current;
    }
    return current;
  }

  /** Forgets what was read; called when a campaign changes here. */
  void changed() {
    snapshot = Snapshot.NONE;
  }
}
