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
      SortedMap<Long, Instant> asked = asked(connection, after);
      if (asked.isEmpty()) {
        return OptionalLong.empty();
      }
      OperationalCalendar calendar = calendars.inForce(connection);
      // Only rows that exist: who has none is put into the right cell when it is made, but for a
      // batch that is making it now and read the profile before it changed.
      Set<Long> present = states.read(asked.keySet()).keySet();
      Collection<CustomerState> locked =
          states.lock(present).values().stream().filter(state -> state.attendee() != null).toList();
      books.regroup(connection, locked, calendar);
      states.save(locked);
      Instant settled = clock.now().minus(BATCH_AT_MOST);
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
          for (int i = 0; i < chunk.size(); i++) {
            delete.setLong(i + 1, chunk.get(i));
          }
          delete.executeUpdate();
        }
      }
      return OptionalLong.of(asked.lastKey());
    }
  }

  /** Who is to be moved, and when that was noted. */
  private static SortedMap<Long, Instant> asked(Connection connection, long after)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT customer_id, noted_at FROM bell_regroup WHERE customer_id > ? ORDER BY"
                + " customer_id LIMIT "
                + PAGE
                + " FOR UPDATE SKIP LOCKED")) {
      select.setLong(1, after);
      try (ResultSet row = select.executeQuery()) {
        SortedMap<Long, Instant> asked = new TreeMap<>();
        while (row.next()) {
          asked.put(row.getLong(1), SqlTime.required(row, "noted_at"));
        }
        return asked;
      }
    }
  }
}
