package dev.holdfast.scoring;

import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SqlTime;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Removes rows of the history of risk that are older than they are kept, from the oldest on, a few
 * at a time. Rows are numbered as they are written, so the first rows are the oldest.
 */
@ApplicationScoped
class HistoryPruning {

  private static final Logger LOG = Logger.getLogger(HistoryPruning.class);
  private static final int ROWS = 1_000;

  private final DataSource database;
  private final ScoringConfig config;
  private final BusinessClock clock;
  private final Rounds rounds;

  HistoryPruning(DataSource database, ScoringConfig config, BusinessClock clock, Rounds rounds) {
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.pruning.every:10m}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "The history of risk could not be pruned", this::pruneAll);
  }

  private void pruneAll() {
    long removed = 0;
    for (int rows = prune(); rows > 0 && rounds.on(); rows = prune()) {
      removed += rows;
    }
    if (removed > 0) {
      LOG.infof("%d rows of the history of risk were too old", removed);
    }
  }

  /**
   * Removes some of the oldest rows.
   *
   * @return how many; 0 if none of the first rows is too old
   */
  @Transactional
  int prune() {
    Instant before = clock.now().minus(config.historyKept());
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT MIN(id) FROM risk_history");
        ResultSet first = select.executeQuery()) {
      first.next();
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM risk_history WHERE id < ? AND scored_at < ?")) {
        delete.setLong(1, first.getLong(1) + ROWS);
        SqlTime.set(delete, 2, before);
        return delete.executeUpdate();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot prune the history of risk", failure);
    }
  }
}
