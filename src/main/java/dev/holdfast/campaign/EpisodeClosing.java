package dev.holdfast.campaign;

import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Closes the episodes that no event of their customer will: those of campaigns that ended, and
 * those that an event opened whose days are over. A few in a transaction, by customer as batches
 * take them, so that it is in the way of few; replicas may do it at once.
 */
@ApplicationScoped
public class EpisodeClosing {

  private static final Logger LOG = Logger.getLogger(EpisodeClosing.class);
  private static final int AT_ONCE = 500;
  private static final int IN_A_TRANSACTION = 50;
  private static final String ENDED = "campaign-ended";

  private final Episodes episodes;
  private final Triggers triggers;
  private final DataSource database;
  private final BusinessClock clock;
  private final Rounds rounds;

  EpisodeClosing(
      Episodes episodes,
      Triggers triggers,
      DataSource database,
      BusinessClock clock,
      Rounds rounds) {
    this.episodes = episodes;
    this.triggers = triggers;
    this.database = database;
    this.clock = clock;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.campaigns.close-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(
        LOG,
        "The episodes that are over could not be closed",
        () -> {
          while (rounds.on() && some() >= AT_ONCE) {
            LOG.debug("More episodes are over");
          }
        });
  }

  /**
   * Closes some of those that are over.
   *
   * @return how many; fewer than {@value #AT_ONCE} if these were all
   */
  public int some() {
    Instant now = clock.now();
    int closed = close(ofEnded(), ENDED, now);
    for (Campaign campaign :
        QuarkusTransaction.joiningExisting()
            .call(() -> Campaign.<Campaign>list("startsWith is not null and state <> 'ended'"))) {
      StartEvent start = EventStart.read(campaign.startsWith);
      if (start != null) {
        Instant until = now.minus(Duration.ofDays(start.days()));
        closed += close(openedBy(campaign.id, until), "time-over", now);
      }
    }
    return closed;
  }

  private int close(List<Episodes.Open> over, String reason, Instant at) {
    List<Episodes.Open> sorted =
        over.stream()
            .sorted(
                Comparator.comparingLong(Episodes.Open::customerId)
                    .thenComparingLong(Episodes.Open::id))
            .toList();
    for (int from = 0; from < sorted.size(); from += IN_A_TRANSACTION) {
      List<Episodes.Open> some =
          sorted.subList(from, Math.min(sorted.size(), from + IN_A_TRANSACTION));
      QuarkusTransaction.requiringNew().run(() -> triggers.close(some, reason, at));
    }
    return sorted.size();
  }

  private List<Episodes.Open> ofEnded() {
    return read(
        "SELECT e.* FROM campaign c JOIN episode e ON e.campaign_id = c.id AND e.open_marker = 1"
            + " WHERE c.state = 'ended' LIMIT "
            + AT_ONCE);
  }

  private List<Episodes.Open> openedBy(long campaignId, Instant until) {
    return read(
        "SELECT * FROM episode WHERE campaign_id = ? AND open_marker = 1 AND opened_at <= ?"
            + " ORDER BY opened_at LIMIT "
            + AT_ONCE,
        campaignId,
        until);
  }

  private List<Episodes.Open> read(String sql, Object... values) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Instant instant) {
          SqlTime.set(select, i + 1, instant);
        } else {
          select.setObject(i + 1, values[i]);
        }
      }
      return episodes.read(select);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read which episodes are over", failure);
    }
  }
}
