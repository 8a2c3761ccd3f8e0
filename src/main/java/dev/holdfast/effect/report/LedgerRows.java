package dev.holdfast.effect.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.effect.AssignedLabel;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  /** An attempt to call a party, by what came of it in the end. */
  record Contact(long partyId, Disposition disposition) {}

  private final DataSource database;
  private final ObjectMapper json;
  private final EffectConfig config;

  LedgerRows(DataSource database, ObjectMapper json, EffectConfig config) {
    this.database = database;
    this.json = json;
    this.config = config;
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

  /**
   * The ledger of a campaign's run in the order of assignment, with what is kept of the outcomes.
   *
   * @param segment the field of the customers' profile whose value is asked for; null for none,
   *     which is faster
   */
  List<Membership> of(long campaignId, int run, @Nullable String segment) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT l.episode_id, l.party_id, l.customer_id, l.arm = 'treatment',"
                    + " l.treatment_share, l.assigned_at, k.matured_at, k.label, k.without_induced,"
                    + " k.risk, k.model_id, k.cause, "
                    + (segment == null ? "NULL" : "c.profile")
                    + " FROM ledger l LEFT JOIN "
                    + LabelRows.KEPT
                    + (segment == null ? "" : " LEFT JOIN customer c ON c.id = l.customer_id")
                    + " WHERE l.campaign_id = ? AND l.run = ?")) {
      select.setInt(1, config.days());
      select.setLong(2, campaignId);
      select.setInt(3, run);
      List<Membership> rows = new ArrayList<>();
      List<Integer> unkept = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Membership member = membership(row, segment);
          if (member.kept() == null) {
            unkept.add(rows.size());
          }
          rows.add(member);
        }
      }
      addEpisodes(connection, rows, unkept);
      rows.sort(
          Comparator.comparing(Membership::assignedAt).thenComparingLong(Membership::episodeId));
      return rows;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the ledger", failure);
    }
  }

  /**
   * By place, for a campaign may have a million rows. What is kept has its episode and its
   * customer: they would be erased together.
   */
  private Membership membership(ResultSet row, @Nullable String segment) throws SQLException {
    AssignedLabel kept = LabelRows.read(row, 7);
    return new Membership(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getBoolean(4),
        row.getDouble(5),
        Objects.requireNonNull(SqlTime.read(row, 6)),
        kept == null ? null : row.getDouble(10),
        kept == null ? null : row.getInt(11),
        kept == null ? null : row.getString(12),
        kept != null,
        segment == null ? null : value(row.getString(13), segment),
        kept);
  }

  /** Looks up the episodes and customers of rows that nothing is kept of. */
  private static void addEpisodes(
      Connection connection, List<Membership> rows, List<Integer> places) throws SQLException {
    Map<Long, Integer> placeOf = new HashMap<>();
    places.forEach(place -> placeOf.put(rows.get(place).episodeId(), place));
    Jdbc.read(
        connection,
        "SELECT e.id, e.risk, e.model_id, e.cause, c.id IS NOT NULL FROM episode e LEFT JOIN"
            + " customer c ON c.id = e.customer_id WHERE e.customer_id <> 0 AND e.id IN (:ids)",
        placeOf.keySet(),
        row -> {
          int place = Objects.requireNonNull(placeOf.get(row.getLong(1)));
          rows.set(
              place,
              rows.get(place)
                  .opened(row.getDouble(2), row.getInt(3), row.getString(4), row.getBoolean(5)));
        });
  }

  private @Nullable String value(@Nullable String profile, String field) {
    if (profile == null) {
      return null;
    }
    try {
      JsonNode value = json.readTree(profile).get(field);
      return value == null ? null : value.asText();
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("a customer's profile is not JSON", damaged);
    }
  }

  /**
   * What came of the attempts of a campaign's run, in no order; of an outcome that was corrected,
   * the correction.
   *
   * @param episodes all of the run
   */
  List<Contact> contacts(long campaignId, Set<Long> episodes) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT o.id, o.supersedes, o.disposition, t.party_id, t.episode_id FROM call_task t"
                    + " JOIN outcome o ON o.call_task_id = t.id WHERE t.campaign_id = ?")) {
      select.setLong(1, campaignId);
      Map<Long, Contact> contacts = new HashMap<>();
      Set<Long> corrected = new HashSet<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (episodes.contains(row.getLong(5))) {
            contacts.put(
                row.getLong(1), new Contact(row.getLong(4), Disposition.of(row.getString(3))));
            long superseded = row.getLong(2);
            if (!row.wasNull()) {
              corrected.add(superseded);
            }
          }
        }
      }
      contacts.keySet().removeAll(corrected);
      return List.copyOf(contacts.values());
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the outcomes of calls", failure);
    }
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
