package dev.holdfast.warning;

import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** The incidents in which a person was missing. Their counts stay: they are of nobody. */
@ApplicationScoped
class IncidentsOfPerson implements PersonalData {

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    document.rows(
        connection,
        "missingIn",
        "SELECT i.id AS incident, i.subject AS segment, i.since, i.opened_at AS openedAt FROM"
            + " incident i JOIN incident_customer c ON c.incident_id = i.id WHERE c.customer_id IN"
            + " (:ids) ORDER BY i.id",
        person.customerIds());
  }

  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Jdbc.change(
        connection,
        "DELETE c FROM incident i JOIN incident_customer c ON c.incident_id = i.id WHERE"
            + " c.customer_id IN (:ids)",
        person.customerIds());
    Jdbc.change(
        connection, "DELETE FROM bell_regroup WHERE customer_id IN (:ids)", person.customerIds());
  }
}
