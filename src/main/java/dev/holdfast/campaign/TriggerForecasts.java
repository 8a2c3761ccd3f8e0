package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.Rescores;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Expects so many triggers of each campaign a business day, and pauses a campaign that has more
 * than twice as many: a feed or a model gone wrong must not flood the desk.
 *
 * <p>Silence is foreseen: the timers already set of customers in its segment are counted. What
 * events added on earlier days beyond the timers of those days, on average, comes on top. Timers
 * that wait for a late feed or were missed during a stop are among those set, so catching up is
 * expected too. A person resumes a paused campaign; the day's forecast is then made anew, from what
 * has happened and what is set. Fewer than {@code holdfast.campaigns.pause-from} triggers a day
 * pause nobody, whatever was expected.
 */
@ApplicationScoped
public class TriggerForecasts {

  private static final Logger LOG = Logger.getLogger(TriggerForecasts.class);
  private static final double TIMES_EXPECTED = 2;

  private static final int DAYS_LOOKED_BACK = 7;
  private static final String ACTOR = "rule:forecast";

  private final CampaignThresholds campaigns;
  private final Triggers triggers;
  private final Rescores rescores;
  private final Prospects prospects;
  private final DataSource database;
  private final Outbox outbox;
  private final Audit audit;
  private final BusinessClock clock;
  private final MeterRegistry metrics;
  private final int pauseFrom;

  private final Map<Long, Forecast> today = new ConcurrentHashMap<>();
  private long openedWhenChecked = -1;

  /**
   * What a day was expected to bring.
   *
   * @param runId the rescore by which the counted timers were set
   * @param version of the campaign for which it was made: a change and a resumption make another
   */
  private record Forecast(LocalDate day, long runId, long version, double expected) {

    boolean holds(LocalDate of, long run, long versionNow) {
      return day.equals(of) && runId == run && version == versionNow;
    }
  }

  /** The message {@code campaign.paused} on {@code holdfast.warnings}. */
  record CampaignPaused(
      String campaign, LocalDate day, double expected, long triggered, Instant at) {}

  TriggerForecasts(
      CampaignThresholds campaigns,
      Triggers triggers,
      Rescores rescores,
      Prospects prospects,
      DataSource database,
      Outbox outbox,
      Audit audit,
      BusinessClock clock,
      MeterRegistry metrics,
      @ConfigProperty(name = "holdfast.campaigns.pause-from", defaultValue = "20") int pauseFrom) {
    this.campaigns = campaigns;
    this.triggers = triggers;
    this.rescores = rescores;
    this.prospects = prospects;
    this.database = database;
    this.outbox = outbox;
    this.audit = audit;
    this.clock = clock;
    this.metrics = metrics;
    this.pauseFrom = pauseFrom;
  }

  /**
   * Makes the day's forecasts where there are none, and pauses campaigns that are above theirs.
   * While all timers are set anew there is no forecast to go by.
   */
  public synchronized void heed() {
    OptionalLong run = rescores.settledRun();
    if (run.isEmpty()) {
      return;
    }
    Instant now = clock.now();
    LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    long opened = triggers.opened();
    for (Campaign campaign : campaigns.running()) {
      if (campaign.incidentId != null || campaign.byDate()) {
        // No more than its intake begin in a day.
        continue;
      }
      Forecast known = today.get(campaign.id);
      Forecast forecast =
          known != null && known.holds(day, run.getAsLong(), campaign.version)
              ? known
              : forecast(campaign, day, run.getAsLong());
      today.put(campaign.id, forecast);
      if (opened != openedWhenChecked || !forecast.equals(known)) {
        pauseIfAbove(campaign, forecast, now);
      }
    }
    openedWhenChecked = opened;
  }

  private void pauseIfAbove(Campaign campaign, Forecast forecast, Instant now) {
    long triggered = triggered(campaign.id, forecast.day(), forecast.day().plusDays(1));
    if (triggered < pauseFrom || triggered <= TIMES_EXPECTED * forecast.expected()) {
      return;
    }
    boolean paused =
        QuarkusTransaction.requiringNew().call(() -> pause(campaign.id, forecast, triggered, now));
    if (paused) {
      campaigns.changed();
      metrics.counter("holdfast.campaign.pauses").increment();
      LOG.warnf(
          "Campaign \"%s\" paused itself: %d triggers on %s, where %.1f were expected",
          campaign.name, triggered, forecast.day(), forecast.expected());
    }
  }

  private boolean pause(long campaignId, Forecast forecast, long triggered, Instant now) {
    Campaign campaign = Campaign.findById(campaignId, LockModeType.PESSIMISTIC_WRITE);
    if (campaign == null
        || !campaign.state.equals(Campaign.RUNNING)
        || campaign.version != forecast.version()) {
      // Who has just resumed or changed it knew of these; its next forecast does too.
      return false;
    }
    campaign.state = Campaign.PAUSED;
    CampaignPaused what =
        new CampaignPaused(campaign.name, forecast.day(), forecast.expected(), triggered, now);
    audit.record(ACTOR, "campaign.paused", "campaign:" + campaignId, what.toString());
    outbox.add(Topics.WARNINGS, "campaign:" + campaign.name, "campaign.paused", what);
    return true;
  }

  private Forecast forecast(Campaign campaign, LocalDate day, long runId) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                return stored(connection, campaign, day, runId);
              }
            });
  }

  private Forecast stored(Connection connection, Campaign campaign, LocalDate day, long runId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT expected FROM trigger_forecast WHERE campaign_id = ? AND day = ? AND run_id ="
                + " ? AND campaign_version = ?")) {
      select.setLong(1, campaign.id);
      select.setObject(2, day);
      select.setLong(3, runId);
      select.setLong(4, campaign.version);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return new Forecast(day, runId, campaign.version, row.getDouble(1));
        }
      }
    }
    long already = triggered(campaign.id, day, day.plusDays(1));
    // What events began was foreseen by no timer, however late in the day this is reckoned: the
    // days to come expect as much.
    double timers = campaign.byEvent() ? 0 : already + timersSet(campaign, day);
    double expected =
        (campaign.byEvent() ? already : timers) + addedByEvents(connection, campaign, day);
    try (PreparedStatement replace =
        connection.prepareStatement(
            "REPLACE INTO trigger_forecast (campaign_id, day, run_id, timers, expected,"
                + " campaign_version) VALUES (?,?,?,?,?,?)")) {
      replace.setLong(1, campaign.id);
      replace.setObject(2, day);
      replace.setLong(3, runId);
      replace.setDouble(4, timers);
      replace.setDouble(5, expected);
      replace.setLong(6, campaign.version);
      replace.executeUpdate();
    }
    return new Forecast(day, runId, campaign.version, expected);
  }

  /** Members of its segment who come to its level by the end of the day, or should have before. */
  private double timersSet(Campaign campaign, LocalDate day) {
    return prospects
        .coming(
            campaign.enterThreshold,
            Segments.read(campaign.segment),
            day.plusDays(1),
            everybody -> true)
        .on(day, true)
        .value();
  }

  /**
   * Mean of the crossings beyond the timers on the last days that had a forecast. Events alone
   * begin some campaigns: before any day has passed, as many are expected as their intake says.
   */
  private double addedByEvents(Connection connection, Campaign campaign, LocalDate day)
      throws SQLException {
    double sum = 0;
    int days = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT day, timers FROM trigger_forecast WHERE campaign_id = ? AND day < ? AND day >="
                + " ?")) {
      select.setLong(1, campaign.id);
      select.setObject(2, day);
      select.setObject(3, day.minusDays(DAYS_LOOKED_BACK));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          LocalDate earlier = row.getObject(1, LocalDate.class);
          sum +=
              Math.max(0, triggered(campaign.id, earlier, earlier.plusDays(1)) - row.getDouble(2));
          days++;
        }
      }
    }
    if (days == 0) {
      return campaign.byEvent() ? campaign.intake : 0;
    }
    return sum / days;
  }

  /** Episodes that crossings or events opened from the start of a day to that of another. */
  private long triggered(long campaignId, LocalDate from, LocalDate to) {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM ledger l JOIN episode e ON e.id = l.episode_id WHERE"
                    + " l.campaign_id = ? AND l.assigned_at >= ? AND l.assigned_at < ? AND e.cause"
                    + " IN ('crossing', 'event')")) {
      count.setLong(1, campaignId);
      SqlTime.set(count, 2, from.atStartOfDay().toInstant(ZoneOffset.UTC));
      SqlTime.set(count, 3, to.atStartOfDay().toInstant(ZoneOffset.UTC));
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count triggers", failure);
    }
  }
}
