package dev.holdfast.warning;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.warning.HeldCustomers.Hold;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Holds the customers of a segment's incident that is a fault of ours, and releases them when it is
 * resolved: piece by piece, each a short transaction, so that a process that dies leaves the rest
 * to the next look. One replica at a time works. Customers of a feed need none of this: the whole
 * feed stands still while its incident is one of ours.
 */
@ApplicationScoped
public class Holds {

  private static final Logger LOG = Logger.getLogger(Holds.class);
  private static final String LEASE = "holds";
  private static final Duration LEASE_LENGTH = Duration.ofMinutes(2);
  private static final int PIECE = 256;

  /** Bounds the work under a lease; the rest follows at the next tick. */
  private static final int MOST_PIECES = 200;

  private final DataSource database;
  private final HeldCustomers customers;
  private final Leases leases;
  private volatile boolean started;

  Holds(DataSource database, HeldCustomers customers, Leases leases) {
    this.database = database;
    this.customers = customers;
    this.leases = leases;
  }

  void atStart(@Observes StartupEvent start) {
    started = true;
  }

  void atStop(@Observes ShutdownEvent stop) {
    started = false;
  }

  @Scheduled(
      every = "{holdfast.warnings.hold-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    if (!started) {
      return;
    }
    try {
      work();
    } catch (RuntimeException failure) {
      if (started) {
        LOG.warnf(failure, "Customers could not be held or released; trying again");
      }
    }
  }

  /** An incident with customers to hold or to release. */
  private record Task(Hold hold, boolean lasts) {}

  /**
   * Holds and releases whoever is to be.
   *
   * @return how many customers were looked at; 0 too if another replica is at it
   */
  public int work() {
    if (tasks().isEmpty()) {
      return 0;
    }
    return leases
        .tryAcquire(LEASE, LEASE_LENGTH)
        .map(
            lease -> {
              try {
                return tasks().stream().mapToInt(this::work).sum();
              } finally {
                leases.release(lease);
              }
            })
        .orElse(0);
  }

  private int work(Task task) {
    int looked = 0;
    for (int piece = 0; piece < MOST_PIECES; piece++) {
      List<Long> some =
          task.lasts()
              ? customers.toHold(task.hold(), PIECE)
              : customers.toRelease(task.hold().incident(), PIECE);
      if (some.isEmpty()) {
        if (!task.lasts()) {
          QuarkusTransaction.requiringNew().run(() -> done(task.hold().incident()));
        }
        return looked;
      }
      int held = customers.settle(some, this::holds);
      looked += some.size();
      if (task.lasts() && held == 0) {
        // It was resolved meanwhile.
        return looked;
      }
    }
    return looked;
  }

  private List<Task> tasks() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, since, ours AND state <> 'resolved' AS lasts FROM incident WHERE"
                    + " holding = TRUE ORDER BY id");
        ResultSet row = select.executeQuery()) {
      List<Task> tasks = new ArrayList<>();
      while (row.next()) {
        tasks.add(
            new Task(
                new Hold(row.getLong("id"), SqlTime.required(row, "since")),
                row.getBoolean("lasts")));
      }
      return tasks;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the incidents of ours", failure);
    }
  }

  /**
   * For which fault each is to be held: the one that began first, of those that name the customer.
   * The incidents do not change until the caller's transaction ends.
   */
  private Map<Long, Hold> holds(List<Long> ids) {
    Map<Long, Hold> holds = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(ids)) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.customer_id, i.id, i.since FROM incident i JOIN incident_customer c ON"
                    + " c.incident_id = i.id WHERE i.holding = TRUE AND i.ours = TRUE AND i.state <>"
                    + " 'resolved' AND c.customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY i.since DESC, i.id DESC LOCK IN SHARE MODE")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              holds.put(
                  row.getLong("customer_id"),
                  new Hold(row.getLong("id"), SqlTime.required(row, "since")));
            }
          }
        }
      }
      return holds;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read for what customers are held", failure);
    }
  }

  /** Nobody is held for it any more. */
  private void done(long incident) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE incident SET holding = FALSE WHERE id = ? AND (ours = FALSE OR state ="
                    + " 'resolved')")) {
      update.setLong(1, incident);
      update.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot end a hold", failure);
    }
  }
}
