package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.Rescores;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Keeps the states on the calendar in force: a new one has everybody scored anew, quietly, and a
 * state is brought to it when it is touched.
 */
@ApplicationScoped
class Retiming {

  private static final Logger LOG = Logger.getLogger(Retiming.class);

  private final DataSource database;
  private final Calendars calendars;
  private final Rescores rescores;
  private final EventStore events;

  Retiming(DataSource database, Calendars calendars, Rescores rescores, EventStore events) {
    this.database = database;
    this.calendars = calendars;
    this.rescores = rescores;
    this.events = events;
  }

  /** Asks once after each change of the calendar for a score of everybody. */
  void request() {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              if (calendars.takeRetiming()) {
                rescores.requestAll();
                LOG.info("The calendar changed; all customers are timed and scored anew");
              }
            });
  }

  /** The calendar in force until the caller's transaction ends. */
  OperationalCalendar inForce() {
    try (Connection connection = database.getConnection()) {
      return calendars.inForce(connection);
    } catch (SQLException failure) {
      throw new IllegalStateException("the calendar in force cannot be read", failure);
    }
  }

  /** Brings a locked customer's state to a calendar, from the stored events if it must be. */
  void bring(CustomerState state, OperationalCalendar calendar) {
    ActivityState activity = state.activity();
    if (activity.rebuildDue() || !activity.retime(calendar)) {
      rebuild(state, calendar, events.historyOf(state.customerId()));
    }
  }

  /** Makes a locked customer's state anew from all its events, which are in time. */
  void rebuild(CustomerState state, OperationalCalendar calendar, List<Event> history) {
    ActivityState rebuilt = ActivityState.empty(calendar);
    history.forEach(rebuilt::apply);
    state.rebuilt(rebuilt);
  }
}
