package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerScan;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleConsumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The replays of campaigns: those of the command, in its own process, and those that the service is
 * asked for. The service works on one at a time, whatever its replicas, by a thread of its own that
 * rests as long as it works.
 */
@ApplicationScoped
public class ReplayRuns {

  private static final Logger LOG = Logger.getLogger(ReplayRuns.class);

  /** Not heard of for so long, a run is taken for broken off. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(60);

  private static final long STAND_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  /** Work between two rests. */
  private static final long REST_EVERY_NANOS = Duration.ofMillis(20).toNanos();

  /** A thread that was kept from its work for long does not rest for long. */
  private static final long LONGEST_REST_NANOS = Duration.ofMillis(200).toNanos();

  private static final int LONGEST_PROBLEM = 1_000;

  private static final String IS_LOST =
      "state = 'running' AND seen_at < UTC_TIMESTAMP(6) - INTERVAL "
          + LOST_AFTER.toSeconds()
          + " SECOND";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final DataSource database;
  private final CampaignRules rules;
  private final ModelRegistry models;
  private final CustomerScan scan;
  private final HistoryReplay history;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "campaign-replay");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean stopping;

  ReplayRuns(
      DataSource database,
      CampaignRules rules,
      ModelRegistry models,
      CustomerScan scan,
      HistoryReplay history) {
    this.database = database;
    this.rules = rules;
    this.models = models;
    this.scan = scan;
    this.history = history;
  }

  /** A campaign that can be tried. */
  private record Ready(ChurnModel model, CampaignRule rule, ReplaySettings settings) {}

  /** The service stops, so the replay does. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  void atStop(@Observes ShutdownEvent stop) {
    stopping = true;
    worker.shutdown();
    try {
      // Long enough for it to write down that it ends here.
      if (!worker.awaitTermination(2, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Begins to try a campaign, beside whatever else the service does.
   *
   * @param actor who
   * @throws Problem 404, 409 or 400 as {@link CampaignRules#of}; 409 if no model serves, or if one
   *     is tried already
   */
  public ReplayRun start(long campaignId, ReplaySettings settings, String actor) {
    Ready ready = ready(campaignId, settings);
    long id =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  closeLost();
                  return insert(campaignId, ready, actor, true);
                })
            .orElseThrow(this::busy);
    worker.execute(() -> workOn(id, ready));
    return byId(campaignId, id).orElseThrow();
  }

  /**
   * Tries a campaign here and now.
   *
   * @param actor who
   * @throws Problem 404, 409 or 400 as {@link CampaignRules#of}; 409 if no model serves, or if
   *     there is no history
   */
  public ReplayRun run(long campaignId, ReplaySettings settings, String actor) {
    Ready ready = ready(campaignId, settings);
    long id = insert(campaignId, ready, actor, false).orElseThrow();
    try {
      end(id, "done", replay(ready, false, new Standing(id, false)), null);
      return byId(campaignId, id).orElseThrow();
    } catch (RuntimeException failure) {
      try {
        end(id, "failed", null, words(failure));
      } catch (IllegalStateException unwritten) {
        // It counts as broken off; what went wrong first is what must be told.
        failure.addSuppressed(unwritten);
      }
      throw failure;
    }
  }

  /** Those of a campaign, newest first; results without their days. */
  public List<ReplayRun> of(long campaignId, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                select("campaign_id = ? ORDER BY id DESC LIMIT " + limit))) {
      select.setLong(1, campaignId);
      List<ReplayRun> runs = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          runs.add(read(row, false));
        }
      }
      return runs;
    } catch (SQLException failure) {
      throw new IllegalStateException("the replays cannot be read", failure);
    }
  }

  /** One of a campaign, if there is one of this id. */
  public Optional<ReplayRun> byId(long campaignId, long id) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(select("campaign_id = ? AND id = ?"))) {
      select.setLong(1, campaignId);
      select.setLong(2, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row, true)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a replay cannot be read", failure);
    }
  }

  /** The newest of a campaign as a text of one line that is another one after each change. */
  public String fingerprint(long campaignId) {
    StringBuilder text = new StringBuilder("replays");
    for (ReplayRun run : of(campaignId, 10)) {
      text.append(',').append(run.id()).append(run.state());
      if (run.running()) {
        text.append(run.share());
      }
    }
    return text.toString();
  }

  private Ready ready(long campaignId, ReplaySettings settings) {
    ChurnModel model =
        models
            .champion()
            .orElseThrow(
                () -> Problem.conflict("No model serves; train and promote one, then replay"))
            .model();
    return new Ready(model, rules.of(campaignId, settings.threshold(), model.priors()), settings);
  }

  /**
   * Tries a campaign.
   *
   * @param beside a service: it then reads a few histories at a time, and rests between them;
   *     otherwise all of them in one pass, unless a part is asked for
   */
  private ReplayResult replay(Ready ready, boolean beside, DoubleConsumer share) {
    long all = scan.count();
    int wanted = ready.settings().customers();
    long every = wanted == 0 ? 1 : Math.max(1, all / wanted);
    HistoryReplay.Drawn drawn;
    if (every == 1 && !beside) {
      drawn = new HistoryReplay.Drawn(1, null, all);
    } else {
      List<Long> customers = scan.sample(every);
      drawn = new HistoryReplay.Drawn(every, customers, customers.size());
    }
    return history.of(ready.model(), ready.rule(), ready.settings(), drawn, share);
  }

  private void workOn(long id, Ready ready) {
    try {
      end(id, "done", replay(ready, true, new Standing(id, true)), null);
    } catch (Stopped stopped) {
      end(id, ReplayRun.BROKEN_OFF, null, null);
    } catch (RuntimeException failure) {
      if (!(failure instanceof Problem)) {
        LOG.warnf(failure, "A replay failed");
      }
      tryToEnd(id, words(failure));
    }
  }

  private void tryToEnd(long id, String problem) {
    try {
      end(id, "failed", null, problem);
    } catch (IllegalStateException unwritten) {
      LOG.warnf(unwritten, "That a replay failed cannot be written down; it counts as broken off");
    }
  }

  private static String words(RuntimeException failure) {
    return failure instanceof Problem problem
        ? problem.detail()
        : "It failed; the log says why. Start it again.";
  }

  private Problem busy() {
    return Problem.conflict(
        "The service tries one campaign at a time, and one is tried already; start this one when"
            + " that has ended, or use the command holdfast replay.");
  }

  /** Frees the place of a run whose process is gone. */
  private void closeLost() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE campaign_replay SET state = 'broken-off', running_marker = NULL WHERE"
                    + " running_marker = 1 AND "
                    + IS_LOST)) {
      update.executeUpdate();
    }
  }

  private OptionalLong insert(long campaignId, Ready ready, String actor, boolean alone) {
    ReplaySettings settings = ready.settings();
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO campaign_replay (campaign_id, version, threshold, from_day,"
                    + " to_day, customers, model, started_by, state, running_marker, started_at,"
                    + " seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, UTC_TIMESTAMP(6),"
                    + " UTC_TIMESTAMP(6)) RETURNING id")) {
      insert.setLong(1, campaignId);
      insert.setInt(2, ready.rule().version());
      insert.setObject(3, settings.threshold(), Types.DOUBLE);
      insert.setObject(4, settings.from());
      insert.setObject(5, settings.to());
      insert.setInt(6, settings.customers());
      insert.setString(7, ready.model().version());
      insert.setString(8, actor);
      insert.setObject(9, alone ? 1 : null, Types.TINYINT);
      try (ResultSet row = insert.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a replay cannot be written down", failure);
    }
  }

  private void end(long id, String state, @Nullable ReplayResult result, @Nullable String problem) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE campaign_replay SET state = ?, result = ?, problem = ?, running_marker ="
                    + " NULL, share = IF(? = 'done', 1, share), seen_at = UTC_TIMESTAMP(6),"
                    + " ended_at = UTC_TIMESTAMP(6) WHERE id = ?")) {
      update.setString(1, state);
      update.setString(2, result == null ? null : JSON.writeValueAsString(result));
      update.setString(
          3,
          problem == null || problem.length() <= LONGEST_PROBLEM
              ? problem
              : problem.substring(0, LONGEST_PROBLEM));
      update.setString(4, state);
      update.setLong(5, id);
      update.executeUpdate();
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("what a replay found cannot be written down", failure);
    }
  }

  private static String select(String where) {
    return "SELECT id, campaign_id, version, threshold, from_day, to_day, customers, model,"
        + " started_by, share, started_at, ended_at, problem, result, IF("
        + IS_LOST
        + ", 'broken-off', state) AS state FROM campaign_replay WHERE "
        + where;
  }

  private static ReplayRun read(ResultSet row, boolean days) throws SQLException {
    String result = row.getString("result");
    return new ReplayRun(
        row.getLong("id"),
        row.getLong("campaign_id"),
        row.getInt("version"),
        row.getObject("threshold", Double.class),
        row.getObject("from_day", LocalDate.class),
        row.getObject("to_day", LocalDate.class),
        row.getInt("customers"),
        row.getString("model"),
        row.getString("started_by"),
        row.getString("state"),
        row.getDouble("share"),
        SqlTime.required(row, "started_at"),
        SqlTime.read(row, "ended_at"),
        row.getString("problem"),
        result == null ? null : days ? result(result) : result(result).inSum());
  }

  private static ReplayResult result(String json) {
    try {
      return JSON.readValue(json, ReplayResult.class);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("the result of a replay cannot be read", damaged);
    }
  }

  /**
   * Writes down where a run stands, gives way to others if it is to, and ends it with the service.
   */
  private final class Standing implements DoubleConsumer {

    private final long id;
    private final boolean gentle;
    private long stoodNanos = System.nanoTime();
    private long restedNanos = stoodNanos;

    Standing(long id, boolean gentle) {
      this.id = id;
      this.gentle = gentle;
    }

    @Override
    public void accept(double share) {
      if (stopping) {
        throw new Stopped();
      }
      long now = System.nanoTime();
      if (now - stoodNanos > STAND_EVERY_NANOS) {
        stoodNanos = now;
        stand(share);
      }
      long worked = now - restedNanos;
      if (gentle && worked > REST_EVERY_NANOS) {
        LockSupport.parkNanos(Math.min(worked, LONGEST_REST_NANOS));
        restedNanos = System.nanoTime();
      }
    }

    private void stand(double share) {
      try (Connection connection = database.getConnection();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE campaign_replay SET share = ?, seen_at = UTC_TIMESTAMP(6) WHERE id = ?"
                      + " AND state = 'running'")) {
        update.setDouble(1, share);
        update.setLong(2, id);
        update.executeUpdate();
      } catch (SQLException failure) {
        // Who watches sees less; the replay itself meets what is wrong, and says it.
        LOG.debugf("How far a replay is cannot be written down: %s", failure.getMessage());
      }
    }
  }
}
