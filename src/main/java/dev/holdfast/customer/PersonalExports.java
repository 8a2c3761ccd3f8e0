package dev.holdfast.customer;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.event.CustomerName;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

/** All that is kept about a customer and its party, as one JSON document. */
@ApplicationScoped
public class PersonalExports {

  private static final int FORMAT = 1;

  private final DataSource database;
  private final Customers customers;
  private final List<PersonalData> rooms;
  private final Audit audit;
  private final ObjectMapper json;
  private final BusinessClock clock;

  PersonalExports(
      DataSource database,
      Customers customers,
      @All List<PersonalData> rooms,
      Audit audit,
      ObjectMapper json,
      BusinessClock clock) {
    this.database = database;
    this.customers = customers;
    // The same order each time, who they are first.
    this.rooms =
        rooms.stream()
            .sorted(
                Comparator.comparing((PersonalData room) -> !(room instanceof RecordsOfPerson))
                    .thenComparing(room -> room.getClass().getName()))
            .toList();
    this.audit = audit;
    this.json = json;
    this.clock = clock;
  }

  /** An export that may begin; it is in the audit already. */
  public final class Export {

    private final String name;
    private final long customerId;

    private Export(String name, long customerId) {
      this.name = name;
      this.customerId = customerId;
    }

    /**
     * Writes the document as it is read.
     *
     * @throws IOException if the reader went away
     */
    public void writeTo(OutputStream to) throws IOException {
      try (Connection connection = database.getConnection()) {
        PersonalExports.this.write(connection, name, customerId, to);
      } catch (SQLException e) {
        throw new IllegalStateException("the data of a customer cannot be read", e);
      }
    }
  }

  /**
   * Opens the export of the customer whom {@code name} means now.
   *
   * @throws Problem 400 for a malformed name, 404 if there is no such customer
   */
  public Export open(String name, String actor) {
    CustomerName parsed = CustomerRecords.parsed(name);
    try (Connection connection = database.getConnection()) {
      long id =
          customers
              .findStored(connection, parsed, clock.now())
              .orElseThrow(() -> Problem.notFound("There is no customer " + parsed + "."));
      audit.record(actor, "customer-exported", "customer:" + id, null);
      return new Export(parsed.toString(), id);
    } catch (SQLException e) {
      throw new IllegalStateException("a customer cannot be looked up", e);
    }
  }

  private void write(Connection connection, String name, long customerId, OutputStream to)
      throws SQLException, IOException {
    Person person =
        Person.of(List.of(customerId), Erasures.partiesOf(connection, List.of(customerId)));
    PersonalDocument document = new PersonalDocument(json, to);
    document.member("format", FORMAT);
    document.member("customer", name);
    Instant now = clock.now();
    document.member("exportedAt", now);
    List<String> subjects = new ArrayList<>();
    person.customerIds().forEach(id -> subjects.add("customer:" + id));
    person.partyIds().forEach(id -> subjects.add("party:" + id));
    for (PersonalData room : rooms) {
      room.export(connection, person, document);
      subjects.addAll(room.auditSubjects(connection, person));
    }
    document.member("audit", audit.about(subjects));
    document.end();
  }
}
