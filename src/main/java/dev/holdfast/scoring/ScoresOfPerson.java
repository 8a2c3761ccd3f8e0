package dev.holdfast.scoring;

import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What is thought of a person: state, risk with its reasons, and the receipts. */
@ApplicationScoped
class ScoresOfPerson implements PersonalData {

  private final Customers customers;
  private final Explanations explanations;
  private final Receipts receipts;

  ScoresOfPerson(Customers customers, Explanations explanations, Receipts receipts) {
    this.customers = customers;
    this.explanations = explanations;
    this.receipts = receipts;
  }

  /** Why there is no risk, or no receipt any more. */
  private record Without(String why) {}

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    document.rows(
        connection,
        "state",
        "SELECT s.risk, s.as_of AS asOf, m.version AS model, s.next_due AS nextDue, o.name AS"
            + " source, s.last_occurred_at AS lastEventAt, s.away, s.used_day AS newestDayOfUse,"
            + " s.used_days AS daysOfUse, s.used_hour AS newestHourOfUse, s.used_hours AS"
            + " hoursOfUse, c.cell_key AS countedWith, s.held_by AS heldByIncident,"
            + " s.silent_through AS silentThrough, s.state AS remembered FROM customer_state s LEFT"
            + " JOIN model m ON m.id = s.model_id LEFT JOIN source o ON o.id = s.source_id LEFT"
            + " JOIN bell_cell c ON c.id = s.cell_id WHERE s.customer_id IN (:ids)",
        person.customerIds(),
        "countedWith");
    document.startList("risk");
    Map<Long, String> names = customers.namesOf(person.customerIds());
    for (String name : names.values()) {
      document.item(explained(name));
    }
    document.endList();
    document.startList("receipts");
    for (long id : receiptsOf(connection, person)) {
      document.item(receipt(id));
    }
    document.endList();
  }

  private Object explained(String name) {
    try {
      return explanations.now(name);
    } catch (Problem none) {
      return new Without(none.detail());
    }
  }

  private Object receipt(long id) {
    try {
      return receipts.of(id);
    } catch (Problem none) {
      return new Without(none.detail());
    }
  }

  private static List<Long> receiptsOf(Connection connection, Person person) throws SQLException {
    return Jdbc.ids(
        connection,
        "SELECT id FROM risk_history WHERE customer_id IN (:ids) ORDER BY id",
        person.customerIds());
  }

  @Override
  public List<String> auditSubjects(Connection connection, Person person) throws SQLException {
    return receiptsOf(connection, person).stream().map(id -> "receipt:" + id).toList();
  }

  /**
   * As the stream and the timers do, who write about a customer only under this lock. The state
   * itself is not read: a damaged one must not keep anybody from being erased.
   */
  @Override
  public void lock(Connection connection, Person person) throws SQLException {
    Jdbc.ids(
        connection,
        "SELECT customer_id FROM customer_state WHERE customer_id IN (:ids) ORDER BY customer_id"
            + " FOR UPDATE",
        person.customerIds());
  }

  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Jdbc.change(
        connection, "DELETE FROM risk_history WHERE customer_id IN (:ids)", person.customerIds());
    Jdbc.change(
        connection, "DELETE FROM customer_state WHERE customer_id IN (:ids)", person.customerIds());
  }
}
