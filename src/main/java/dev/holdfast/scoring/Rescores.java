package dev.holdfast.scoring;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Which customers are to be scored quietly: some, because their history was imported, or all,
 * because what judges them changed. All are a <em>run</em>, cut into pages that replicas take one
 * by one; what is left of it is in the database, whoever dies.
 */
@ApplicationScoped
public class Rescores {

  private static final int PAGE = 1_000;

  /** Timers within this time are judged anew first, in their order: they are the next to act. */
  private static final Duration NEAR = Duration.ofDays(1);

  private static final int MOST_NEAR = 100_000;

  private final DataSource database;
  private final SystemClock clock;
  private final Judging judging;

  Rescores(DataSource database, SystemClock clock, Judging judging) {
    this.database = database;
    this.clock = clock;
    this.judging = judging;
  }

  /** Asks for a quiet score of every customer, in the caller's transaction. */
  public void requestAll() {
    request(null);
  }

  /**
   * Asks for a quiet score of every customer whose score is not this model's, unless that was asked
   * when the model began to serve.
   *
   * @return true if it was asked now
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean requestAllNotBy(int modelId) {
    if (followed(modelId)) {
      return false;
    }
    // Replicas notice a promotion at the same time; the second finds it followed.
    judging.alone();
    if (followed(modelId)) {
      return false;
    }
    request(modelId);
    return true;
  }

  private boolean followed(int modelId) {
    return number(
            "SELECT model_id FROM rescore_run WHERE model_id IS NOT NULL ORDER BY id DESC LIMIT 1")
        == modelId;
  }

  private void request(@Nullable Integer modelId) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO rescore_run (model_id, done_model, requested_at) VALUES (?, ?, ?)")) {
      Jdbc.set(insert, 1, modelId);
      // Overtaking a run, this one does its work too: rows by the model may have old timers.
      Jdbc.set(insert, 2, unfinished().isPresent() ? null : modelId);
      SqlTime.set(insert, 3, clock.now());
      insert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot ask for scores", failure);
    }
  }

  /** The newest run if it is not finished; earlier ones are overtaken by it. */
  public Optional<RescoreRun> unfinished() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, done_model, opened_at, finished_at FROM rescore_run"
                    + " ORDER BY id DESC LIMIT 1");
        ResultSet row = select.executeQuery()) {
      if (!row.next() || SqlTime.read(row, "finished_at") != null) {
        return Optional.empty();
      }
      return Optional.of(
          new RescoreRun(
              row.getLong("id"), Jdbc.integer(row, "done_model"), SqlTime.read(row, "opened_at")));
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the rescore", failure);
    }
  }

  /**
   * The newest run, by which all timers are set, 0 if there was none; empty while it is unfinished.
   */
  public OptionalLong settledRun() {
    return unfinished().isPresent()
        ? OptionalLong.empty()
        : OptionalLong.of(number("SELECT MAX(id) FROM rescore_run"));
  }

  /**
   * Cuts a run into pages, unless another replica has. Waits for whoever is scoring; by then every
   * replica must judge by what the run is about.
   *
   * @param now the business instant
   */
  public void open(RescoreRun run, Instant now) {
    // Alone for a moment only: who scores does not wait for the pages to be cut.
    QuarkusTransaction.requiringNew().run(judging::alone);
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              try (Connection connection = database.getConnection()) {
                if (mayOpen(connection, run)) {
                  cut(connection, run, now);
                }
              } catch (SQLException failure) {
                throw new IllegalStateException("cannot begin a rescore", failure);
              }
            });
  }

  /** Locks the run, so that one replica cuts it. */
  private static boolean mayOpen(Connection connection, RescoreRun run) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM rescore_run WHERE id = ? AND opened_at IS NULL FOR UPDATE")) {
      select.setLong(1, run.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private void cut(Connection connection, RescoreRun run, Instant now) throws SQLException {
    execute(connection, "DELETE FROM rescore_page WHERE run_id < " + run.id());
    List<RescoreRun.Page> pages = new ArrayList<>();
    List<Integer> customers = new ArrayList<>();
    nearPages(connection, run.id(), now, pages, customers);
    idPages(connection, run.id(), pages, customers);
    insert(connection, pages, customers);
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE rescore_run SET opened_at = ? WHERE id = ?")) {
      SqlTime.set(update, 1, clock.now());
      update.setLong(2, run.id());
      update.executeUpdate();
    }
  }

  private static void nearPages(
      Connection connection,
      long runId,
      Instant now,
      List<RescoreRun.Page> pages,
      List<Integer> customers)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT next_due FROM customer_state FORCE INDEX (customer_state_due) WHERE source_id IN"
                + " ("
                + DueTimers.sources(connection)
                + ") AND next_due > ? AND next_due <= ? ORDER BY next_due LIMIT "
                + MOST_NEAR)) {
      SqlTime.set(select, 1, now);
      SqlTime.set(select, 2, now.plus(NEAR));
      Instant after = now;
      Instant until = now;
      int n = 0;
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Instant due = SqlTime.required(row, "next_due");
          if (n >= PAGE && due.isAfter(until)) {
            pages.add(new RescoreRun.Page(runId, pages.size(), after, until, 0, 0));
            customers.add(n);
            after = until;
            n = 0;
          }
          until = due;
          n++;
        }
      }
      if (n > 0) {
        pages.add(new RescoreRun.Page(runId, pages.size(), after, until, 0, 0));
        customers.add(n);
      }
    }
  }

  private static void idPages(
      Connection connection, long runId, List<RescoreRun.Page> pages, List<Integer> customers)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id DIV "
                    + PAGE
                    + " AS piece, COUNT(*) FROM customer_state GROUP BY piece ORDER BY piece");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long first = row.getLong(1) * PAGE;
        pages.add(new RescoreRun.Page(runId, pages.size(), null, null, first, first + PAGE - 1));
        customers.add(row.getInt(2));
      }
    }
  }

  private static void insert(
      Connection connection, List<RescoreRun.Page> pages, List<Integer> customers)
      throws SQLException {
    int next = 0;
    for (List<RescoreRun.Page> chunk : Jdbc.chunks(pages)) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO rescore_page (run_id, place, due_after, due_until, first_id, last_id,"
                  + " customers) VALUES "
                  + "(?,?,?,?,?,?,?),".repeat(chunk.size() - 1)
                  + "(?,?,?,?,?,?,?)")) {
        int at = 1;
        for (RescoreRun.Page page : chunk) {
          insert.setLong(at++, page.runId());
          insert.setInt(at++, page.place());
          SqlTime.set(insert, at++, page.dueAfter());
          SqlTime.set(insert, at++, page.dueUntil());
          if (page.dueUntil() == null) {
            insert.setLong(at++, page.firstId());
            insert.setLong(at++, page.lastId());
          } else {
            insert.setNull(at++, Types.BIGINT);
            insert.setNull(at++, Types.BIGINT);
          }
          insert.setInt(at++, customers.get(next++));
        }
        insert.executeUpdate();
      }
    }
  }

  /** The first page that nobody works on, locked until the caller's transaction ends. */
  public Optional<RescoreRun.Page> claim(RescoreRun run) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT place, due_after, due_until, first_id, last_id FROM rescore_page WHERE"
                    + " run_id = ? ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED")) {
      select.setLong(1, run.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new RescoreRun.Page(
                    run.id(),
                    row.getInt("place"),
                    SqlTime.read(row, "due_after"),
                    SqlTime.read(row, "due_until"),
                    row.getLong("first_id"),
                    row.getLong("last_id")))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot take a page of the rescore", failure);
    }
  }

  /** Strikes a page off, in the transaction that scored its customers. */
  public void done(RescoreRun.Page page) {
    try (Connection connection = database.getConnection()) {
      execute(
          connection,
          "DELETE FROM rescore_page WHERE run_id = "
              + page.runId()
              + " AND place = "
              + page.place());
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot strike off a page of the rescore", failure);
    }
  }

  /**
   * Ends a run of which no page is left.
   *
   * @return true if this call ended it
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean finish(RescoreRun run) {
    if (number("SELECT COUNT(*) FROM rescore_page WHERE run_id = " + run.id()) > 0) {
      return false;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE rescore_run SET finished_at = ? WHERE id = ? AND finished_at IS NULL")) {
      SqlTime.set(update, 1, clock.now());
      update.setLong(2, run.id());
      return update.executeUpdate() > 0;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot end a rescore", failure);
    }
  }

  /** How many customers still wait for a quiet score. */
  public long waiting() {
    long own = number("SELECT COUNT(*) FROM customer_state WHERE rescore_due IS NOT NULL");
    return own + backlog();
  }

  /** How many customers the run has before it, give or take those who came and went. */
  public long backlog() {
    return unfinished()
        .map(
            run ->
                run.open()
                    ? Math.max(
                        1,
                        number(
                            "SELECT COALESCE(SUM(customers), 0) FROM rescore_page WHERE first_id"
                                + " IS NOT NULL AND run_id = "
                                + run.id()))
                    : Math.max(1, number("SELECT COUNT(*) FROM customer_state")))
        .orElse(0L);
  }

  /** True if nobody waits for a quiet score; costs the same for any number of customers. */
  public boolean idle() {
    return unfinished().isEmpty()
        && number(
                "SELECT COUNT(*) FROM (SELECT 1 FROM customer_state WHERE rescore_due IS NOT NULL"
                    + " LIMIT 1) AS one")
            == 0;
  }

  /** How many customers have a risk. */
  public long scored() {
    return number("SELECT COUNT(*) FROM customer_state WHERE risk IS NOT NULL");
  }

  /** True if a customer's own quiet score is due now. */
  public boolean anyQuietlyDue() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT 1 FROM customer_state WHERE rescore_due <= ? LIMIT 1")) {
      SqlTime.set(select, 1, clock.now());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read due customers", failure);
    }
  }

  /** Customers whose own quiet score is due now, longest due first, where silence is known. */
  public List<Long> quietlyDue(KnownSilence known, int limit) {
    if (known.partitions().isEmpty()) {
      return List.of();
    }
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM customer_state WHERE rescore_due <= ? AND partition_no IN ("
                    + DueTimers.joined(known.partitions())
                    + ") ORDER BY rescore_due LIMIT "
                    + limit)) {
      SqlTime.set(select, 1, clock.now());
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read due customers", failure);
    }
  }

  private long number(String sql) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count scores", failure);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
