package dev.holdfast.campaign;

import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Risks.RiskNow;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the queue of the desk in the order of now: a silent customer's risk rises while the task
 * waits. Replicas may do this at once; they come to the same.
 */
@ApplicationScoped
class CallRanking {

  private static final Logger LOG = Logger.getLogger(CallRanking.class);

  /** Tasks of one transaction, so that claims hardly ever meet a locked one. */
  private static final int PAGE = 256;

  /** How much longer it rests after a page than it worked: agents claim and callers wait beside. */
  private static final int REST = 3;

  /** A change of risk that is not worth a write. */
  private static final double NEGLIGIBLE = 0.005;

  /** A change of priority that is not, in parts of it. */
  private static final double NEGLIGIBLE_PRIORITY = 0.05;

  private final DataSource database;
  private final Risks risks;
  private final CampaignEffects effects;
  private final Rounds rounds;
  private final SystemClock clock;

  CallRanking(
      DataSource database, Risks risks, CampaignEffects effects, SystemClock clock, Rounds rounds) {
    this.database = database;
    this.risks = risks;
    this.effects = effects;
    this.clock = clock;
    this.rounds = rounds;
  }

  private record Pending(
      long id,
      long campaignId,
      long customerId,
      double risk,
      @Nullable Double value,
      double priority,
      EffectFrom from) {}

  private record Ranked(long id, double risk, double priority, EffectFrom from) {

    /**
     * Whether it is worth a write: of the risk, of what is known, or of the campaign's settings.
     */
    boolean differs(Pending task) {
      return Math.abs(risk - task.risk()) > NEGLIGIBLE
          || from != task.from()
          || Math.abs(priority - task.priority())
              > NEGLIGIBLE_PRIORITY * Math.max(1, Math.abs(task.priority()));
    }
  }

  @Scheduled(
      every = "{holdfast.call-ranking.every:10m}",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(
        LOG,
        "The calls could not be ranked",
        () -> {
          long begun = clock.now().toEpochMilli();
          int changed = rankAll(this::restedAndOn);
          LOG.debugf("%d calls ranked anew in %d ms", changed, clock.now().toEpochMilli() - begun);
        });
  }

  /**
   * Ranks all pending tasks by the risk of now.
   *
   * @return how many changed
   */
  int rankAll() {
    return rankAll(worked -> true);
  }

  private boolean restedAndOn(long worked) {
    LockSupport.parkNanos(REST * worked);
    return rounds.on();
  }

  /**
   * Ranks page by page.
   *
   * @param goOn told how long the last page took, in nanoseconds; ends it by false
   */
  private int rankAll(LongPredicate goOn) {
    int changed = 0;
    long begun = System.nanoTime();
    long after = 0;
    Map<Long, CampaignEffect> known = new HashMap<>();
    while (goOn.test(System.nanoTime() - begun)) {
      begun = System.nanoTime();
      long from = after;
      List<Pending> page = QuarkusTransaction.requiringNew().call(() -> page(from));
      if (page.isEmpty()) {
        return changed;
      }
      changed += QuarkusTransaction.requiringNew().call(() -> rank(page, known));
      after = page.get(page.size() - 1).id();
    }
    return changed;
  }

  private int rank(List<Pending> page, Map<Long, CampaignEffect> known) {
    Map<Long, RiskNow> now = risks.now(page.stream().map(Pending::customerId).toList());
    Map<Long, Campaign> campaigns =
        Campaign.<Campaign>list(
                "id in ?1", page.stream().map(Pending::campaignId).distinct().toList())
            .stream()
            .collect(Collectors.toMap(campaign -> campaign.id, campaign -> campaign));
    List<Ranked> ranked = new ArrayList<>();
    for (Pending task : page) {
      RiskNow risk = now.get(task.customerId());
      Campaign campaign = campaigns.get(task.campaignId());
      if (risk != null && campaign != null) {
        CampaignEffect.Expected expected =
            known.computeIfAbsent(task.campaignId(), effects::of).on(risk.risk(), risk);
        double priority = campaign.gain(task.value()).perMinute(risk.risk(), expected.effect());
        Ranked one = new Ranked(task.id(), risk.risk(), priority, expected.from());
        if (one.differs(task)) {
          ranked.add(one);
        }
      }
    }
    return write(ranked);
  }

  private List<Pending> page(long after) throws SQLException {
    List<Pending> page = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, campaign_id, customer_id, risk, customer_value, priority, effect_from"
                    + " FROM call_task WHERE id > ? AND state = 'pending' ORDER BY id LIMIT ?")) {
      select.setLong(1, after);
      select.setInt(2, PAGE);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          page.add(
              new Pending(
                  row.getLong(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getDouble(4),
                  row.getObject(5, Double.class),
                  row.getDouble(6),
                  EffectFrom.of(row.getString(7))));
        }
      }
    }
    return page;
  }

  private int write(List<Ranked> ranked) {
    if (ranked.isEmpty()) {
      return 0;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE call_task SET risk = ?, priority = ?, effect_from = ? WHERE id = ? AND"
                    + " state = 'pending'")) {
      for (Ranked one : ranked) {
        update.setDouble(1, one.risk());
        update.setDouble(2, one.priority());
        update.setString(3, one.from().wireName());
        update.setLong(4, one.id());
        update.addBatch();
      }
      update.executeBatch();
      return ranked.size();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot rank call tasks", failure);
    }
  }
}
