package dev.holdfast.campaign;

import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Thresholds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
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
  private volatile Snapshot snapshot = new Snapshot(List.of(), Instant.MIN);

  CampaignThresholds(SystemClock clock) {
    this.clock = clock;
  }

  private record Snapshot(List<Campaign> running, Instant readAt) {}

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

  /** A campaign for the customers of an incident watches no level. */
  private Stream<Campaign> byRisk() {
    return running().stream().filter(campaign -> campaign.incidentId == null);
  }

  /** The running campaigns as of at most two seconds ago; detached, for reading. */
  List<Campaign> running() {
    Instant now = clock.now();
    Snapshot current = snapshot;
    if (current.readAt().equals(Instant.MIN) || current.readAt().plus(FRESH).isBefore(now)) {
      // A transaction only to read: a score that is asked for over HTTP has none.
      List<Campaign> read = QuarkusTransaction.joiningExisting().call(Campaign::running);
      current = new Snapshot(read, now);
      snapshot = current;
    }
    return current.running();
  }

  /** Forgets what was read; called when a campaign changes here. */
  void changed() {
    snapshot = new Snapshot(List.of(), Instant.MIN);
  }
}
