package dev.holdfast.effect.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads what campaigns decided, spent and heard. */
@ApplicationScoped
class LedgerRows {

  /** A campaign as its effect is reckoned. */
  record Campaign(
      long id,
      String name,
      boolean running,
      int run,
      double enterThreshold,
      double treatmentShare,
      double customerValue,
      double offerCost,
      double contactCost) {}

  /**
   * An attempt to call, with what came of it in the end.
   *
   * @param at when it was made
   * @param agent who made it
   * @param number among the attempts of its task, from 1
   */
  record Attempt(
      int run,
      long taskId,
      long partyId,
      Disposition disposition,
      Instant at,
      String agent,
      List<String> reasons,
      @Nullable String zone,
      int number) {}

  private final DataSource database;
  private final ObjectMapper json;

  LedgerRows(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  Optional<Campaign> campaign(long id) {
    return campaigns("").stream().filter(one -> one.id() == id).findFirst();
  }

  /** All campaigns that ever began, oldest first. */
  List<Campaign> begun() {
    return campaigns(" WHERE state <> 'draft'");
  }

  private List<Campaign> campaigns(String which) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, name, state, run, enter_threshold, hold_out_share, customer_value,"
                    + " offer_cost, contact_cost FROM campaign"
                    + which
                    + " ORDER BY id");
        ResultSet row = select.executeQuery()) {
      List<Campaign> campaigns = new ArrayList<>();
      while (row.next()) {
        campaigns.add(
            new Campaign(
                row.getLong("id"),
                row.getString("name"),
                row.getString("state").equals("running"),
                row.getInt("run"),
                row.getDouble("enter_threshold"),
                1 - row.getDouble("hold_out_share"),
                row.getDouble("customer_value"),
                row.getDouble("offer_cost"),
                row.getDouble("contact_cost")));
      }
      return campaigns;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the campaigns", failure);
    }
  }

  /** The ledger of a campaign's run in the order of assignment. */
  List<Membership> of(long campaignId, int run) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT l.episode_id, l.run, l.party_id, l.customer_id, l.arm, l.treatment_share,"
                    + " l.assigned_at, e.risk, e.model_id, e.cause, c.id AS known, c.profile,"
                    + " s.source_id FROM ledger l LEFT JOIN episode e ON e.id = l.episode_id"
                    + " AND e.customer_id = l.customer_id"
                    + " LEFT JOIN customer c ON c.id = l.customer_id"
                    + " LEFT JOIN customer_state s ON s.customer_id = l.customer_id"
                    + " WHERE l.campaign_id = ? AND l.run = ?"
                    + " ORDER BY l.assigned_at, l.episode_id")) {
      select.setLong(1, campaignId);
      select.setInt(2, run);
      try (ResultSet row = select.executeQuery()) {
        List<Membership> rows = new ArrayList<>();
        while (row.next()) {
          double risk = row.getDouble("risk");
          boolean opened = !row.wasNull();
          rows.add(
              new Membership(
                  row.getLong("episode_id"),
                  row.getInt("run"),
                  row.getLong("party_id"),
                  row.getLong("customer_id"),
                  row.getString("arm").equals("treatment"),
                  row.getDouble("treatment_share"),
                  SqlTime.required(row, "assigned_at"),
                  opened ? risk : null,
                  Jdbc.integer(row, "model_id"),
                  row.getString("cause"),
                  row.getObject("known") != null,
                  Jdbc.integer(row, "source_id"),
                  profile(row.getString("profile"))));
        }
        return rows;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the ledger", failure);
    }
  }

  private Map<String, String> profile(@Nullable String text) {
    Map<String, String> values = new TreeMap<>();
    if (text != null) {
      try {
        for (Map.Entry<String, JsonNode> field : json.readTree(text).properties()) {
          values.put(field.getKey(), field.getValue().asText());
        }
      } catch (JsonProcessingException damaged) {
        throw new IllegalStateException("a customer's profile is not JSON", damaged);
      }
    }
    return values;
  }

  /**
   * All attempts of a campaign's run in the order in which they were made, each of the party that
   * was assigned, whichever its customer has joined since; of an outcome that was corrected, the
   * correction.
   */
  List<Attempt> attempts(long campaignId, int run) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.run, t.id AS task, l.party_id, o.disposition,"
                    + " COALESCE(a.at, o.recorded_at) AS made_at,"
                    + " COALESCE(a.actor, o.recorded_by) AS agent, t.reasons, p.zone FROM outcome o"
                    + " JOIN call_task t ON t.id = o.call_task_id"
                    + " JOIN episode e ON e.id = t.episode_id"
                    + " JOIN ledger l ON l.episode_id = e.id"
                    + " LEFT JOIN contact_attempt a ON a.id = o.attempt_id"
                    + " LEFT JOIN party p ON p.id = t.party_id"
                    + " WHERE t.campaign_id = ? AND e.run = ?"
                    + " AND NOT EXISTS (SELECT 1 FROM outcome s WHERE s.supersedes = o.id)"
                    + " ORDER BY made_at, o.id")) {
      select.setLong(1, campaignId);
      select.setInt(2, run);
      Map<Long, Integer> numbers = new HashMap<>();
      try (ResultSet row = select.executeQuery()) {
        List<Attempt> attempts = new ArrayList<>();
        while (row.next()) {
          attempts.add(
              new Attempt(
                  row.getInt("run"),
                  row.getLong("task"),
                  row.getLong("party_id"),
                  Disposition.of(row.getString("disposition")),
                  SqlTime.required(row, "made_at"),
                  row.getString("agent"),
                  reasons(row.getString("reasons")),
                  row.getString("zone"),
                  numbers.merge(row.getLong("task"), 1, Integer::sum)));
        }
        return attempts;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the outcomes of calls", failure);
    }
  }

  private List<String> reasons(String text) {
    try {
      List<String> reasons = new ArrayList<>();
      json.readTree(text).forEach(reason -> reasons.add(reason.asText()));
      return reasons;
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("the reasons of a call task are not JSON", damaged);
    }
  }

  /** First instant at which each party was to be contacted by any campaign. */
  Map<Long, Instant> firstTreatment() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT party_id, MIN(assigned_at) AS first FROM ledger WHERE arm = 'treatment'"
                    + " GROUP BY party_id");
        ResultSet row = select.executeQuery()) {
      Map<Long, Instant> first = new HashMap<>();
      while (row.next()) {
        first.put(row.getLong("party_id"), SqlTime.required(row, "first"));
      }
      return first;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the ledger", failure);
    }
  }

  /** The source of each customer's usage, where there was any. */
  Map<Long, Integer> sources() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, source_id FROM customer_state WHERE source_id IS NOT NULL");
        ResultSet row = select.executeQuery()) {
      Map<Long, Integer> sources = new HashMap<>();
      while (row.next()) {
        sources.put(row.getLong(1), row.getInt(2));
      }
      return sources;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the sources of customers", failure);
    }
  }
}
