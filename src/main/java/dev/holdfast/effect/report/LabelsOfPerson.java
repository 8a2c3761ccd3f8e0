package dev.holdfast.effect.report;

import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** What became of a person after it was assigned. Who was assigned stays in the ledger. */
@ApplicationScoped
class LabelsOfPerson implements PersonalData {

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    document.rows(
        connection,
        "outcomesOfCampaigns",
        "SELECT l.campaign_id AS campaign, l.run, l.assigned_at AS assignedAt, k.matured_at AS"
            + " maturedAt, k.label, k.without_induced AS withoutInduced FROM assigned_label k JOIN"
            + " ledger l ON l.episode_id = k.episode_id WHERE k.customer_id IN (:ids) ORDER BY"
            + " k.episode_id",
        person.customerIds());
  }

  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Jdbc.change(
        connection, "DELETE FROM assigned_label WHERE customer_id IN (:ids)", person.customerIds());
  }
}
