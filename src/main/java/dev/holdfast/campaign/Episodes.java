package dev.holdfast.campaign;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Episodes, the ledger and call tasks, written in the caller's transaction. The unique key on
 * (campaign, party, open) is the guard against two open episodes, whoever writes.
 */
@ApplicationScoped
class Episodes {

  /** An open episode. */
  record Open(long id, long campaignId, long partyId, long customerId, Arm arm, Instant openedAt) {}

  /**
   * What a new episode is made of.
   *
   * @param at up to where silence was counted, or when the event happened that opens it; usage
   *     after it is a return
   * @param assignedAt the instant of the decision, later than {@code at} if the feed is behind
   * @param forDay the day whose coming opens it; null if another thing does
   */
  record Opening(
      Campaign campaign,
      long partyId,
      long customerId,
      Cause cause,
      Lot lot,
      double risk,
      int modelId,
      Instant at,
      Instant assignedAt,
      @Nullable LocalDate forDay) {}

  private static final int LONGEST_LANGUAGE = 20;

  /** A uniform number in [0, 1) from a text. */
  private static final String LOT = "CONV(SUBSTR(MD5(?), 1, 12), 16, 10) / 281474976710656";

  private final DataSource database;

  Episodes(DataSource database) {
    this.database = database;
  }

  /** The open episodes that these customers opened, by customer: who changes several does it so. */
  List<Open> openOf(Collection<Long> customerIds) {
    List<Open> open = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customerIds.stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, campaign_id, party_id, customer_id, arm, opened_at FROM episode"
                    + " WHERE open_marker = 1 AND customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY customer_id, id")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          open.addAll(read(select));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read open episodes", failure);
    }
    return open;
  }

  /** The open episodes that a statement finds. */
  List<Open> read(PreparedStatement select) throws SQLException {
    List<Open> open = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        open.add(open(row));
      }
    }
    return open;
  }

  private static Open open(ResultSet row) throws SQLException {
    return new Open(
        row.getLong("id"),
        row.getLong("campaign_id"),
        row.getLong("party_id"),
        row.getLong("customer_id"),
        Arm.ofStored(row.getString("arm")),
        SqlTime.required(row, "opened_at"));
  }

  /**
   * An open episode in a campaign of another precedence.
   *
   * @param higher true if that campaign goes before
   */
  record Elsewhere(Open episode, boolean higher) {}

  /** The open episodes of these parties in campaigns of another precedence than this, by party. */
  Map<Long, List<Elsewhere>> elsewhere(Campaign campaign, Collection<Long> partyIds) {
    Map<Long, List<Elsewhere>> elsewhere = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(partyIds.stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.id, e.campaign_id, e.party_id, e.customer_id, e.arm, e.opened_at,"
                    + " c.precedence > ? AS higher FROM episode e JOIN campaign c ON c.id ="
                    + " e.campaign_id AND c.precedence <> ? AND c.state <> 'ended' WHERE"
                    + " e.open_marker = 1 AND e.party_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY e.customer_id, e.id")) {
          select.setInt(1, campaign.precedence);
          select.setInt(2, campaign.precedence);
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 3, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              Open open = open(row);
              elsewhere
                  .computeIfAbsent(open.partyId(), party -> new ArrayList<>())
                  .add(new Elsewhere(open, row.getBoolean("higher")));
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read who is in another campaign", failure);
    }
    return elsewhere;
  }

  /**
   * True if an episode of the party in this campaign closed within its cool-down before {@code at}.
   */
  boolean coolingDown(Campaign campaign, long partyId, Instant at) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT 1 FROM episode WHERE party_id = ? AND campaign_id = ? AND closed_at > ?"
                    + " LIMIT 1")) {
      select.setLong(1, partyId);
      select.setLong(2, campaign.id);
      SqlTime.set(select, 3, at.minus(Duration.ofDays(campaign.coolDownDays)));
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the cool-down", failure);
    }
  }

  /**
   * Those of these parties that have an open episode in this campaign or in one of a higher
   * precedence, or one in this that closed within its cool-down before {@code at}.
   */
  Set<Long> takenOrResting(Campaign campaign, Collection<Long> partyIds, Instant at) {
    Set<Long> taken = new HashSet<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(partyIds.stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT party_id FROM episode WHERE (campaign_id = ? AND (open_marker = 1 OR"
                    + " closed_at > ?) OR open_marker = 1 AND campaign_id IN (SELECT id FROM"
                    + " campaign WHERE precedence > ? AND state <> 'ended')) AND party_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          // One that is not stored yet has no episodes.
          select.setLong(1, campaign.id == null ? 0 : campaign.id);
          SqlTime.set(select, 2, at.minus(Duration.ofDays(campaign.coolDownDays)));
          select.setInt(3, campaign.precedence);
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 4, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              taken.add(row.getLong(1));
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read who is in a campaign", failure);
    }
    return taken;
  }

  /**
   * The lots that these parties have drawn in the campaign's run, by party; absent for who has
   * drawn none. Of a party that has two, since parties were joined, the first counts.
   */
  Map<Long, Lot> lotsOf(Campaign campaign, Collection<Long> partyIds) {
    Map<Long, Lot> lots = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(partyIds.stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.party_id, l.arm, l.treatment_share FROM episode e JOIN ledger l ON"
                    + " l.episode_id = e.id WHERE e.campaign_id = ? AND e.run = ? AND e.party_id IN"
                    + " ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY e.id")) {
          select.setLong(1, campaign.id);
          select.setInt(2, campaign.run);
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 3, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              lots.putIfAbsent(
                  row.getLong(1), new Lot(Arm.ofStored(row.getString(2)), row.getDouble(3)));
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the lots of a campaign", failure);
    }
    return lots;
  }

  /**
   * Opens an episode and writes the arm to the ledger.
   *
   * @return its id; empty if the party has an open one in this campaign already
   */
  OptionalLong open(Opening opening) {
    try (Connection connection = database.getConnection()) {
      long id;
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT IGNORE INTO episode (campaign_id, run, party_id, customer_id, cause, risk,"
                  + " model_id, arm, opened_at, for_day, open_marker) VALUES (?,?,?,?,?,?,?,?,?,?,1)"
                  + " RETURNING id")) {
        insert.setLong(1, opening.campaign().id);
        insert.setInt(2, opening.campaign().run);
        insert.setLong(3, opening.partyId());
        insert.setLong(4, opening.customerId());
        insert.setString(5, opening.cause().storedName());
        insert.setDouble(6, opening.risk());
        insert.setInt(7, opening.modelId());
        insert.setString(8, opening.lot().arm().storedName());
        SqlTime.set(insert, 9, opening.at());
        insert.setObject(10, opening.forDay());
        try (ResultSet row = insert.executeQuery()) {
          if (!row.next()) {
            return OptionalLong.empty();
          }
          id = row.getLong(1);
        }
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                  + " treatment_share, assigned_at) VALUES (?,?,?,?,?,?,?,?)")) {
        insert.setLong(1, id);
        insert.setLong(2, opening.campaign().id);
        insert.setInt(3, opening.campaign().run);
        insert.setLong(4, opening.partyId());
        insert.setLong(5, opening.customerId());
        insert.setString(6, opening.lot().arm().storedName());
        insert.setDouble(7, opening.lot().treatmentShare());
        SqlTime.set(insert, 8, opening.assignedAt());
        insert.executeUpdate();
      }
      return OptionalLong.of(id);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot open an episode", failure);
    }
  }

  /**
   * Puts the episode's customer on the call list, with its place in the queue of the desk.
   *
   * @param effect what is known of the campaign's calls
   * @param reckoned what the campaign's formula says of the customer's worth; null of nothing
   */
  void addTask(
      long episodeId,
      Opening opening,
      CampaignEffect effect,
      @Nullable Double reckoned,
      String reasonsJson) {
    Campaign campaign = opening.campaign();
    try (Connection connection = database.getConnection()) {
      OfProfile known = ofProfile(connection, opening.customerId(), campaign.valueField);
      Double value = reckoned == null ? known.value() : reckoned;
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO call_task (campaign_id, episode_id, party_id, customer_id, state, risk,"
                  + " reasons, created_at, customer_value, minutes, priority, lot, language, skill,"
                  + " effect_from) VALUES (?,?,?,?,'pending',?,?,?,?,?,?,"
                  + LOT
                  + ",?,?,?)")) {
        insert.setLong(1, campaign.id);
        insert.setLong(2, episodeId);
        insert.setLong(3, opening.partyId());
        insert.setLong(4, opening.customerId());
        insert.setDouble(5, opening.risk());
        insert.setString(6, reasonsJson);
        SqlTime.set(insert, 7, opening.at());
        insert.setObject(8, value);
        insert.setDouble(9, campaign.minutesPerCall);
        // The formula of uplift, if there is one, is asked when the queue is ranked anew.
        CampaignEffect.Expected expected = effect.on(opening.risk(), null);
        insert.setDouble(10, campaign.gain(value).perMinute(opening.risk(), expected.effect()));
        // A draw that a repeat of the run repeats.
        insert.setString(11, "lot:" + episodeId);
        insert.setString(12, known.language());
        insert.setString(13, campaign.skill);
        insert.setString(14, expected.from().wireName());
        insert.executeUpdate();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot add a call task", failure);
    }
  }

  /** The language of whom the call of an episode is for; null if it is unknown. */
  @Nullable String languageOf(long episodeId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT language FROM call_task WHERE episode_id = ?")) {
      select.setLong(1, episodeId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the language of a call", failure);
    }
  }

  /** What the profile says of a customer's worth and language, as far as it does. */
  private record OfProfile(@Nullable Double value, @Nullable String language) {}

  private static OfProfile ofProfile(
      Connection connection, long customerId, @Nullable String valueField) throws SQLException {
    String path = "$.\"" + (valueField == null ? "" : valueField) + "\"";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT JSON_VALUE(profile, ?), JSON_VALUE(profile, '$.language') FROM customer WHERE"
                + " id = ? AND profile IS NOT NULL")) {
      select.setString(1, path);
      select.setLong(2, customerId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return new OfProfile(null, null);
        }
        String language = row.getString(2);
        return new OfProfile(
            OwnValue.amount(row.getString(1)),
            language == null || language.isBlank() || language.length() > LONGEST_LANGUAGE
                ? null
                : language);
      }
    }
  }

  /**
   * Takes the pending call of an episode off the list.
   *
   * @return true if there was one
   */
  boolean cancelTask(long episodeId, String reason, Instant at) {
    return update(
        "UPDATE call_task SET state = 'cancelled', finish_reason = ?, finished_at = ?"
            + " WHERE episode_id = ? AND state = 'pending'",
        reason,
        at,
        episodeId);
  }

  /**
   * Puts a cancelled call of an open episode back: the customer came once and is silent again. One
   * that somebody closes at this moment stays closed: they close the episode first and then cancel.
   */
  boolean restoreTask(long episodeId, Instant at) {
    return update(
        "UPDATE call_task t JOIN episode e ON e.id = t.episode_id AND e.open_marker = 1 SET"
            + " t.state = 'pending', t.finish_reason = ?, t.finished_at = NULL, t.created_at = ?"
            + " WHERE t.episode_id = ? AND t.state = 'cancelled'",
        null,
        at,
        episodeId);
  }

  void close(long episodeId, String reason, Instant at) {
    update(
        "UPDATE episode SET close_reason = ?, closed_at = ?, open_marker = NULL"
            + " WHERE id = ? AND open_marker = 1",
        reason,
        at,
        episodeId);
  }

  private boolean update(String sql, @Nullable String reason, Instant at, long episodeId) {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, reason);
      SqlTime.set(update, 2, at);
      update.setLong(3, episodeId);
      return update.executeUpdate() > 0;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot change an episode", failure);
    }
  }

  /** How many were admitted within the day's intake since {@code dayStart}. */
  int admittedSince(Campaign campaign, Instant dayStart) {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM ledger l JOIN episode e ON e.id = l.episode_id WHERE"
                    + " l.campaign_id = ? AND l.assigned_at >= ? AND e.cause IN ('intake',"
                    + " 'incident')")) {
      count.setLong(1, campaign.id);
      SqlTime.set(count, 2, dayStart);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count the intake", failure);
    }
  }

  /**
   * Customers not lapsed at or above the threshold whose party has neither an open episode nor a
   * cool-down in this campaign, and none open in one of a higher precedence, in an order that the
   * run's salt makes random.
   */
  List<Long> standingAbove(Campaign campaign, Instant at) {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT s.customer_id FROM customer_state s JOIN customer c ON c.id ="
                    + " s.customer_id WHERE s.risk >= ? AND s.last_occurred_at >= ? AND NOT EXISTS (SELECT 1 FROM episode e"
                    + " WHERE e.party_id = c.party_id AND e.campaign_id = ? AND"
                    + " (e.open_marker = 1 OR e.closed_at > ?))"
                    + " AND NOT EXISTS (SELECT 1 FROM episode h JOIN campaign k ON k.id ="
                    + " h.campaign_id AND k.precedence > ? AND k.state <> 'ended' WHERE h.party_id"
                    + " = c.party_id AND h.open_marker = 1)"
                    + " ORDER BY MD5(CONCAT(HEX(?), s.customer_id))")) {
      select.setDouble(1, campaign.enterThreshold);
      SqlTime.set(select, 2, at.minus(Eligibility.LAPSED_AFTER));
      select.setLong(3, campaign.id);
      SqlTime.set(select, 4, at.minus(Duration.ofDays(campaign.coolDownDays)));
      select.setInt(5, campaign.precedence);
      select.setBytes(6, campaign.salt);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read who stands above the threshold", failure);
    }
    return ids;
  }
}
