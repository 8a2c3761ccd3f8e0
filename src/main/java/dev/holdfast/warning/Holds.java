package dev.holdfast.warning;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.warning.HeldCustomers.Hold;
import dev.holdfast.warning.HeldCustomers.Settling;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the customers of a segment's incident that is a fault of ours, and releases them when it is
 * resolved: piece by piece, each a short transaction, so that a process that dies leaves the rest
 * to the next look. All customers of the segment are held, whether they are missing already or
 * would be due tomorrow, and who joins it while the fault lasts; of an incident without a segment,
 * those whom it names. One replica at a time works. Customers of a feed need none of this: the
 * whole feed stands still while its incident is one of ours.
 */
@ApplicationScoped
public class Holds {

  private static final Logger LOG = Logger.getLogger(Holds.class);
  private static final String LEASE = "holds";
  private static final Duration LEASE_LENGTH = Duration.ofMinutes(3);

  /** Ends well before the lease, even if the last piece waits for locks; the rest follows. */
  private static final Duration SHIFT = Duration.ofMinutes(1);

  private static final int PIECE = 256;
  private static final String SEGMENT = "segment:";

  private final DataSource database;
  private final HeldCustomers customers;
  private final Cells cells;
  private final Leases leases;
  private final SystemClock clock;
  private final Rounds rounds;

  /** How many an incident named when its list was last gone through, by incident. */
  private final Map<Long, Long> listed = new ConcurrentHashMap<>();

  Holds(
      DataSource database,
      HeldCustomers customers,
      Cells cells,
      Leases leases,
      SystemClock clock,
      Rounds rounds) {
    this.database = database;
    this.customers = customers;
    this.cells = cells;
    this.leases = leases;
    this.clock = clock;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.warnings.hold-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "Customers could not be held or released", this::work);
  }

  /**
   * An incident with customers to hold or to release.
   *
   * @param subject what it is about
   */
  private record Task(Hold hold, String subject, boolean lasts) {}

  /**
   * Holds and releases whoever is to be.
   *
   * @return how many customers were looked at; 0 too if another replica is at it
   */
  public int work() {
    if (tasks("").isEmpty()) {
      return 0;
    }
    return leases.holding(LEASE, LEASE_LENGTH, () -> new Shift().work()).orElse(0);
  }

  /** What is done under one lease, which ends well before that does; not thread-safe. */
  private final class Shift {

    private final Instant until = clock.now().plus(SHIFT);
    private final Settling settling = customers.begin();
    private final Map<String, SortedSet<Integer>> cellsBySubject = new HashMap<>();
    private int looked;

    int work() {
      List<Task> tasks = tasks("");
      listed.keySet().retainAll(tasks.stream().map(task -> task.hold().incident()).toList());
      tasks.forEach(this::work);
      return looked;
    }

    private void work(Task task) {
      long incident = task.hold().incident();
      if (!task.lasts()) {
        if (settle(() -> customers.toRelease(incident, PIECE))) {
          QuarkusTransaction.requiringNew().run(() -> done(incident));
        }
        return;
      }
      for (List<Integer> cells : Jdbc.chunks(List.copyOf(cellsOf(task.subject())))) {
        if (!settle(() -> customers.toHold(task.hold(), cells, PIECE))) {
          return;
        }
      }
      long names = named(incident);
      if (names == listed.getOrDefault(incident, 0L)) {
        return;
      }
      AtomicLong after = new AtomicLong();
      boolean all =
          settle(
              () -> {
                List<Long> some = customers.toHold(task.hold(), after.get(), PIECE);
                after.set(some.isEmpty() ? after.get() : some.get(some.size() - 1));
                return some;
              });
      if (all) {
        listed.put(incident, names);
      }
    }

    /**
     * Settles piece after piece.
     *
     * @return true if nobody is left
     */
    private boolean settle(Supplier<List<Long>> pieces) {
      List<Long> before = List.of();
      while (clock.now().isBefore(until)) {
        List<Long> some = pieces.get();
        if (some.isEmpty()) {
          return true;
        }
        if (some.equals(before)) {
          // The word on the incident was changed meanwhile; the next shift sees to it.
          return false;
        }
        settling.settle(some, this::holds);
        looked += some.size();
        before = some;
      }
      return false;
    }

    private SortedSet<Integer> cellsOf(String subject) {
      return cellsBySubject.computeIfAbsent(
          subject,
          unknown ->
              unknown.startsWith(SEGMENT)
                  ? cells.within(unknown.substring(SEGMENT.length()))
                  : new TreeSet<>());
    }

    /**
     * For which fault each is to be held: the one that began first, of those whose segment has the
     * customer or that name it. The incidents do not change until the caller's transaction ends.
     */
    private Map<Long, Hold> holds(Map<Long, @Nullable Integer> cellOf) {
      Map<Long, Hold> holds = new HashMap<>();
      for (Task task : tasks(" LOCK IN SHARE MODE")) {
        if (task.lasts()) {
          Set<Long> those = named(task.hold().incident(), cellOf.keySet());
          SortedSet<Integer> cells = cellsOf(task.subject());
          cellOf.forEach(
              (customer, cell) -> {
                if (cell != null && cells.contains(cell)) {
                  those.add(customer);
                }
              });
          those.forEach(customer -> holds.merge(customer, task.hold(), Holds::earlier));
        }
      }
      return holds;
    }
  }

  private static Hold earlier(Hold one, Hold other) {
    return other.silentThrough().isBefore(one.silentThrough()) ? other : one;
  }

  private List<Task> tasks(String suffix) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, subject, since, ours AND state <> 'resolved' AS lasts FROM incident"
                    + " WHERE holding = TRUE ORDER BY id"
                    + suffix);
        ResultSet row = select.executeQuery()) {
      List<Task> tasks = new ArrayList<>();
      while (row.next()) {
        tasks.add(
            new Task(
                new Hold(row.getLong("id"), SqlTime.required(row, "since")),
                row.getString("subject"),
                row.getBoolean("lasts")));
      }
      return tasks;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the incidents of ours", failure);
    }
  }

  private long named(long incident) {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM incident_customer WHERE incident_id = ?")) {
      count.setLong(1, incident);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count whom an incident names", failure);
    }
  }

  /** Those of these customers whom an incident names. */
  private Set<Long> named(long incident, Collection<Long> ids) {
    Set<Long> named = new HashSet<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(List.copyOf(ids))) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM incident_customer WHERE incident_id = ? AND customer_id IN"
                    + " ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          select.setLong(1, incident);
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 2, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              named.add(row.getLong(1));
            }
          }
        }
      }
      return named;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read whom an incident names", failure);
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
