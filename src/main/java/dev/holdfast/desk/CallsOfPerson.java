package dev.holdfast.desk;

import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Who had a call to a person in hand, and the calls that the person made. */
@ApplicationScoped
class CallsOfPerson implements PersonalData {

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    document.rows(
        connection,
        "claims",
        "SELECT call_task_id AS callTask, agent, claimed_at AS claimedAt, called_at AS calledAt,"
            + " ended_at AS endedAt, end_reason AS endReason, exploration, propensity FROM"
            + " desk_claim WHERE party_id IN (:ids) ORDER BY id",
        person.partyIds());
    document.rows(
        connection,
        "inboundCalls",
        "SELECT call_key AS callId, agent, skill, reason, disposition, ended_at AS endedAt,"
            + " seconds, recorded_at AS recordedAt, recorded_by AS recordedBy FROM inbound_call"
            + " WHERE customer_id IN (:ids) ORDER BY id",
        person.customerIds());
  }

  /** Before the tasks are gone, which lead to those of a party that stays. */
  @Override
  public void settle(Connection connection, Person person, String actor) throws SQLException {
    Jdbc.change(
        connection,
        "DELETE k FROM episode e JOIN call_task t ON t.episode_id = e.id JOIN desk_claim k ON"
            + " k.call_task_id = t.id WHERE e.customer_id IN (:ids)",
        person.customerIds());
  }

  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Jdbc.change(connection, "DELETE FROM desk_claim WHERE party_id IN (:ids)", person.partyIds());
    Jdbc.change(
        connection, "DELETE FROM inbound_call WHERE customer_id IN (:ids)", person.customerIds());
  }
}
