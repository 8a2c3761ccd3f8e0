package dev.holdfast.stream;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Sees to it that nobody waits for a visit of a person who is erased: it would look like silence.
 */
@ApplicationScoped
class AttendanceOfPerson implements PersonalData {

  private final CustomerStates states;
  private final AttendanceBooks books;
  private final Calendars calendars;

  AttendanceOfPerson(CustomerStates states, AttendanceBooks books, Calendars calendars) {
    this.states = states;
    this.books = books;
    this.calendars = calendars;
  }

  /** The days of use are in the row of the state, which its own room exports. */
  @Override
  public void export(Connection connection, Person person, PersonalDocument document) {}

  @Override
  public void settle(Connection connection, Person person, String actor) throws SQLException {
    Collection<CustomerState> locked;
    try {
      locked = states.lock(person.customerIds()).values();
    } catch (IllegalArgumentException damaged) {
      // A state that cannot be read must not keep anybody from being erased; a visit too many is
      // then expected for some weeks.
      return;
    }
    books.leave(connection, locked, calendars.inForce(connection));
  }

  /** The counts are of nobody in particular. */
  @Override
  public void erase(Connection connection, Person person) {}
}
