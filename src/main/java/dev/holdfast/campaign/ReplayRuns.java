package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.RunTable;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerScan;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleConsumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The replays of campaigns: those of the command, in its own process, and those that the service is
 * asked for. The service works on one at a time, whatever its replicas, in the order in which they
 * were asked for, by a thread of its own that rests as long as it works.
 */
@ApplicationScoped
public class ReplayRuns {

  private static final Logger LOG = Logger.getLogger(ReplayRuns.class);

  /** More would wait for hours; who asks is told so. */
  private static final int MOST_WAITING = 20;

  private static final long STAND_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /** Work between two rests. */
  private static final long REST_EVERY_NANOS = Duration.ofMillis(20).toNanos();

  /** A thread that was kept from its work for long does not rest for long. */
  private static final long LONGEST_REST_NANOS = Duration.ofMillis(200).toNanos();

  /** Long enough for those at work to write down that they end with the process. */
  private static final long IN_HAND_SECONDS = 2;

  /** The column of the one place: unique, 1 while the service works on the row. */
  private static final String PLACE = "running_marker";

  private final DataSource database;
  private final CampaignRules rules;
  private final ModelRegistry models;
  private final CustomerScan scan;
  private final HistoryReplay history;
  private final ObjectMapper json;
  private final Rounds rounds;
  private final RunTable table;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "campaign-replay");
            thread.setDaemon(true);
            return thread;
          });

  /** Held by the command while it tries a campaign. */
  private final ReentrantLock inHand = new ReentrantLock();

  private volatile boolean stopping;

  ReplayRuns(
      DataSource database,
      CampaignRules rules,
      ModelRegistry models,
      CustomerScan scan,
      HistoryReplay history,
      ObjectMapper json,
      Rounds rounds) {
    this.database = database;
    this.rules = rules;
    this.models = models;
    this.scan = scan;
    this.history = history;
    this.json = json;
    this.rounds = rounds;
    this.table = new RunTable(database, "campaign_replay");
  }

  /** A campaign that can be tried. */
  private record Ready(ChurnModel model, CampaignRule rule, ReplaySettings settings) {}

  /** The process stops or somebody stopped the replay, so the work ends. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Scheduled(
      every = "{holdfast.campaigns.replay-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "The replays that wait could not be begun", this::next);
  }

  void atStop(@Observes ShutdownEvent stop) {
    stopping = true;
    worker.shutdown();
    try {
      if (!worker.awaitTermination(IN_HAND_SECONDS, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
      if (inHand.tryLock(IN_HAND_SECONDS, TimeUnit.SECONDS)) {
        inHand.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks for a campaign to be tried beside whatever else the service does, at once or, while
   * another is tried, after all that were asked for before. It is tried as it is when its turn
   * comes, by the model that serves then.
   *
   * @param actor who
   * @throws Problem 404, 409 or 400 as {@link CampaignRules#of}; 409 if no model serves, or if too
   *     many wait
   */
  public ReplayRun start(long campaignId, ReplaySettings settings, String actor) {
    Ready ready = ready(campaignId, settings);
    if (waiting() >= MOST_WAITING) {
      throw Problem.conflict(
          MOST_WAITING
              + " replays wait already; stop one of them, or use the command holdfast replay.");
    }
    long id = table.ask(columns(campaignId, ready, actor));
    onTick();
    return known(campaignId, id);
  }

  /** Begins the replay whose turn it is, unless one is worked on. */
  public void next() {
    freeTheLostPlace();
    OptionalLong first = first();
    if (!stopping && first.isPresent() && table.take(first.getAsLong(), Map.of(PLACE, 1))) {
      worker.execute(() -> workOn(first.getAsLong()));
    }
  }

  /**
   * Tries a campaign here and now.
   *
   * @param actor who
   * @throws Problem 404, 409 or 400 as {@link CampaignRules#of}; 409 if no model serves, if there
   *     is no history, or if it was stopped
   */
  public ReplayRun run(long campaignId, ReplaySettings settings, String actor) {
    Ready ready = ready(campaignId, settings);
    inHand.lock();
    try {
      long id = table.begin(columns(campaignId, ready, actor));
      return run(campaignId, id, ready, actor);
    } finally {
      inHand.unlock();
    }
  }

  private ReplayRun run(long campaignId, long id, Ready ready, String actor) {
    try {
      if (!found(id, replay(ready, false, new Standing(id, false)))) {
        throw new Stopped();
      }
      return known(campaignId, id);
    } catch (Stopped stopped) {
      if (stopping) {
        table.stop(id, Map.of("stopped_by", actor));
      }
      throw Problem.conflict("Replay " + id + " was stopped; nothing of it is kept.");
    } catch (RuntimeException failure) {
      try {
        table.end(id, RunTable.FAILED, words(failure), Map.of());
      } catch (IllegalStateException unwritten) {
        // It counts as broken off; what went wrong first is what must be told.
        failure.addSuppressed(unwritten);
      }
      throw failure;
    }
  }

  /**
   * Stops a replay that waits or is worked on, by the service or by a command. Nothing happens if
   * that was done before.
   *
   * @param actor who
   * @throws Problem 404 if the campaign has no such replay, 409 if it is over otherwise
   */
  public ReplayRun stop(long campaignId, long id, String actor) {
    known(campaignId, id);
    boolean now = table.stop(id, Map.of("stopped_by", actor));
    ReplayRun run = known(campaignId, id);
    if (!now && !run.stopped()) {
      throw Problem.conflict("Replay " + id + " is over already.");
    }
    return run;
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

  private ReplayRun known(long campaignId, long id) {
    return byId(campaignId, id)
        .orElseThrow(
            () -> Problem.notFound("Campaign " + campaignId + " has no replay " + id + "."));
  }

  /** The newest of a campaign as a text of one line that is another one after each change. */
  public String fingerprint(long campaignId) {
    StringBuilder text = new StringBuilder("replays");
    for (ReplayRun run : of(campaignId, 10)) {
      text.append(',').append(run.id()).append(run.state());
      if (run.running()) {
        text.append(run.share());
      } else if (run.place() != null) {
        text.append(run.place());
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

  /** Tries a campaign whose row has the place, and then the next. */
  private void workOn(long id) {
    try {
      Ready ready = QuarkusTransaction.requiringNew().call(() -> asked(id));
      Standing standing = new Standing(id, true);
      standing.stand(Map.of("version", ready.rule().version(), "model", ready.model().version()));
      found(id, replay(ready, true, standing));
    } catch (Stopped stopped) {
      if (stopping) {
        tryToEnd(id, RunTable.BROKEN_OFF, null);
      }
    } catch (RuntimeException failure) {
      if (!(failure instanceof Problem)) {
        LOG.warnf(failure, "A replay failed");
      }
      tryToEnd(id, RunTable.FAILED, words(failure));
    }
    try {
      leavePlace(PLACE + " = 1 AND id = " + id);
    } catch (IllegalStateException unwritten) {
      LOG.warnf(unwritten, "The place of a replay cannot be freed; it is in a minute and a half");
    }
    onTick();
  }

  private void tryToEnd(long id, String state, @Nullable String problem) {
    try {
      table.end(id, state, problem, Map.of());
    } catch (IllegalStateException unwritten) {
      LOG.warnf(unwritten, "That a replay ended cannot be written down; it counts as broken off");
    }
  }

  /**
   * Writes down what a replay found.
   *
   * @return false if it was stopped meanwhile
   */
  private boolean found(long id, ReplayResult result) {
    try {
      return table.end(
          id, RunTable.DONE, null, Map.of("share", 1.0, "result", json.writeValueAsString(result)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("what a replay found cannot be written", impossible);
    }
  }

  private static String words(RuntimeException failure) {
    return failure instanceof Problem problem
        ? problem.detail()
        : "It failed; the log says why. Start it again.";
  }

  private static Map<String, @Nullable Object> columns(long campaignId, Ready ready, String actor) {
    ReplaySettings settings = ready.settings();
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("campaign_id", campaignId);
    columns.put("version", ready.rule().version());
    columns.put("threshold", settings.threshold());
    columns.put("from_day", settings.from());
    columns.put("to_day", settings.to());
    columns.put("customers", settings.customers());
    columns.put("model", ready.model().version());
    columns.put("started_by", actor);
    return columns;
  }

  /** What was asked for in a row. */
  private Ready asked(long id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(select("id = ?"))) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new Stopped();
        }
        ReplayRun run = read(row, false);
        return ready(
            run.campaignId(),
            new ReplaySettings(run.from(), run.to(), run.threshold(), run.customers()));
      }
    }
  }

  private long waiting() {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM campaign_replay WHERE state = 'waiting'");
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException("the replays that wait cannot be counted", failure);
    }
  }

  /** The first of those that wait, if the place is free. */
  private OptionalLong first() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM campaign_replay WHERE state = 'waiting' AND NOT EXISTS (SELECT 1"
                    + " FROM campaign_replay o WHERE o."
                    + PLACE
                    + " = 1) ORDER BY id LIMIT 1");
        ResultSet row = select.executeQuery()) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    } catch (SQLException failure) {
      throw new IllegalStateException("the replays that wait cannot be read", failure);
    }
  }

  /** Of a run whose process is gone: should it live after all, it learns that it was ended. */
  private void freeTheLostPlace() {
    leavePlace(PLACE + " = 1 AND " + RunTable.UNHEARD);
  }

  private void leavePlace(String which) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE campaign_replay SET "
                    + PLACE
                    + " = NULL, state = IF(state = 'running', 'broken-off', state) WHERE "
                    + which)) {
      update.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("the place of a replay cannot be freed", failure);
    }
  }

  private static String select(String where) {
    return "SELECT r.*, "
        + RunTable.STATE
        + " AS read_state, IF(state = 'waiting', (SELECT COUNT(*) FROM campaign_replay o WHERE"
        + " o.state = 'waiting' AND o.id <= r.id), NULL) AS place FROM campaign_replay r WHERE "
        + where;
  }

  private ReplayRun read(ResultSet row, boolean days) throws SQLException {
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
        row.getString("read_state"),
        Jdbc.integer(row, "place"),
        row.getDouble("share"),
        SqlTime.required(row, "started_at"),
        SqlTime.read(row, "ended_at"),
        row.getString("stopped_by"),
        row.getString("problem"),
        result == null ? null : days ? result(result) : result(result).inSum());
  }

  private ReplayResult result(String text) {
    try {
      return json.readValue(text, ReplayResult.class);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("the result of a replay cannot be read", damaged);
    }
  }

  /**
   * Writes down where a run stands, gives way to others if it is to, and ends it with the process
   * or when somebody stopped it.
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
        stand(Map.of("share", share));
      }
      long worked = now - restedNanos;
      if (gentle && worked > REST_EVERY_NANOS) {
        LockSupport.parkNanos(Math.min(worked, LONGEST_REST_NANOS));
        restedNanos = System.nanoTime();
      }
    }

    void stand(Map<String, @Nullable Object> columns) {
      if (!table.alive(id, columns)) {
        throw new Stopped();
      }
    }
  }
}
