package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.Settings;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.warning.BellConfig;
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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Moves customers to their cells after a change of profile or of the watched segments, page by
 * page. Replicas share the work; each page is a transaction, so what is left goes on after a kill.
 */
@ApplicationScoped
class Regrouping {

  private static final Logger LOG = Logger.getLogger(Regrouping.class);
  private static final int PAGE = 500;
  private static final String SEGMENTS = "bell.segments";
  // Longer than any batch works: one that reads a profile before it changes writes its row in it.
  private static final Duration BATCH_AT_MOST = Duration.ofMinutes(10);

  private final DataSource database;
  private final CustomerStates states;
  private final AttendanceBooks books;
  private final Calendars calendars;
  private final Settings settings;
  private final BellConfig config;
  private final Rounds rounds;
  private final SystemClock clock;

  Regrouping(
      DataSource database,
      CustomerStates states,
      AttendanceBooks books,
      Calendars calendars,
      Settings settings,
      BellConfig config,
      Rounds rounds,
      SystemClock clock) {
    this.database = database;
    this.states = states;
    this.books = books;
    this.calendars = calendars;
    this.settings = settings;
    this.config = config;
    this.rounds = rounds;
    this.clock = clock;
  }

  @Scheduled(
      every = "{holdfast.bell.every:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    if (config.enabled()) {
      rounds.round(LOG, "Customers could not be regrouped", this::run);
    }
  }

  /** Moves all who are to be moved. */
  void run() {
    QuarkusTransaction.requiringNew().run(this::noticeOtherSegments);
    OptionalLong last = OptionalLong.of(0);
    while (last.isPresent()) {
      long after = last.getAsLong();
      last = QuarkusTransaction.requiringNew().call(() -> page(after));
    }
  }

  /** Everybody is looked up anew when other values tell the segments apart. */
  private void noticeOtherSegments() {
    String wanted = config.segments().orElse("") + " by " + config.signedUp();
    String known = settings.get(SEGMENTS).orElse("");
    if (known.equals(wanted)) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO bell_regroup (customer_id) SELECT customer_id FROM"
                    + " customer_state WHERE cell_id IS NOT NULL")) {
      int customers = insert.executeUpdate();
      if (customers > 0) {
        LOG.infof("The watched segments changed; %d customers are regrouped", customers);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("customers cannot be asked to be regrouped", e);
    }
    settings.put(SEGMENTS, wanted, "holdfast");
  }

  /** Moves the next ones after a customer; the last one looked at, empty if there are no more. */
  private OptionalLong page(long after) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Instant settled = clock.now().minus(BATCH_AT_MOST);
      List<Long> next = next(connection, after, settled);
      if (next.isEmpty()) {
        return OptionalLong.empty();
      }
      SortedMap<Long, Instant> asked = locked(connection, next);
      OperationalCalendar calendar = calendars.inForce(connection);
      Set<Long> present = states.read(asked.keySet()).keySet();
      Collection<CustomerState> locked =
          states.lock(present).values().stream().filter(state -> state.attendee() != null).toList();
      books.regroup(connection, locked, calendar);
      states.save(locked);
      List<Long> done =
          asked.entrySet().stream()
              .filter(one -> present.contains(one.getKey()) || one.getValue().isBefore(settled))
              .map(Map.Entry::getKey)
              .toList();
      for (List<Long> chunk : Jdbc.chunks(done)) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM bell_regroup WHERE customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          bind(delete, chunk);
          delete.executeUpdate();
        }
      }
      return OptionalLong.of(next.get(next.size() - 1));
    }
  }

  /**
   * Who is to be moved next. Who has no row yet is put into the right cell when it is made, but for
   * a batch that is making it now and read the profile before it changed: looked up again when that
   * batch must be over. No row is locked by this, those of customers least of all.
   */
  private static List<Long> next(Connection connection, long after, Instant settled)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT r.customer_id FROM bell_regroup r LEFT JOIN customer_state s ON s.customer_id"
                + " = r.customer_id WHERE r.customer_id > ? AND (s.customer_id IS NOT NULL OR"
                + " r.noted_at < ?) ORDER BY r.customer_id LIMIT "
                + PAGE)) {
      select.setLong(1, after);
      SqlTime.set(select, 2, settled);
      List<Long> next = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          next.add(row.getLong(1));
        }
      }
      return next;
    }
  }

  /** Those of them whom no other replica is moving, and when each was noted. */
  private static SortedMap<Long, Instant> locked(Connection connection, List<Long> next)
      throws SQLException {
    SortedMap<Long, Instant> locked = new TreeMap<>();
    for (List<Long> chunk : Jdbc.chunks(next)) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT customer_id, noted_at FROM bell_regroup WHERE customer_id IN ("
                  + Jdbc.marks(chunk.size())
                  + ") FOR UPDATE SKIP LOCKED")) {
        bind(select, chunk);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            locked.put(row.getLong(1), SqlTime.required(row, "noted_at"));
          }
        }
      }
    }
    return locked;
  }

  private static void bind(PreparedStatement statement, List<Long> customers) throws SQLException {
    for (int i = 0; i < customers.size(); i++) {
      statement.setLong(i + 1, customers.get(i));
    }
  }
}
