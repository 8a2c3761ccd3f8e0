package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.Settings;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

  private final DataSource database;
  private final CustomerStates states;
  private final AttendanceBooks books;
  private final Calendars calendars;
  private final Settings settings;
  private final BellConfig config;
  private final Rounds rounds;

  Regrouping(
      DataSource database,
      CustomerStates states,
      AttendanceBooks books,
      Calendars calendars,
      Settings settings,
      BellConfig config,
      Rounds rounds) {
    this.database = database;
    this.states = states;
    this.books = books;
    this.calendars = calendars;
    this.settings = settings;
    this.config = config;
    this.rounds = rounds;
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
    while (QuarkusTransaction.requiringNew().call(this::page) == PAGE) {
      // Until a page is not full.
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
                "INSERT IGNORE INTO bell_regroup SELECT customer_id FROM customer_state WHERE"
                    + " cell_id IS NOT NULL")) {
      int customers = insert.executeUpdate();
      if (customers > 0) {
        LOG.infof("The watched segments changed; %d customers are regrouped", customers);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("customers cannot be asked to be regrouped", e);
    }
    settings.put(SEGMENTS, wanted, "holdfast");
  }

  private int page() throws SQLException {
    try (Connection connection = database.getConnection()) {
      List<Long> ids = asked(connection);
      if (ids.isEmpty()) {
        return 0;
      }
      OperationalCalendar calendar = calendars.inForce(connection);
      // Only rows that exist: who has none is put into the right cell when it is made.
      Collection<CustomerState> locked =
          states.lock(states.read(ids).keySet()).values().stream()
              .filter(state -> state.attendee() != null)
              .toList();
      books.regroup(connection, locked, calendar);
      states.save(locked);
      for (List<Long> chunk : Jdbc.chunks(ids)) {
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
      return ids.size();
    }
  }

  private static List<Long> asked(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM bell_regroup ORDER BY customer_id LIMIT "
                    + PAGE
                    + " FOR UPDATE SKIP LOCKED");
        ResultSet row = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      while (row.next()) {
        ids.add(row.getLong(1));
      }
      return ids;
    }
  }
}
