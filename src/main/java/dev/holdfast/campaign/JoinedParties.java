package dev.holdfast.campaign;

import dev.holdfast.customer.PartyJoins;
import dev.holdfast.platform.BusinessClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Takes along, when a customer joins another party, what keeps a party from being called: wishes
 * for no contact, the attempts from which caps and rests are counted, episodes with the cool-down
 * after them and the lots that were drawn. Calls that wait are asked of the party that is joined.
 * Where others stay, all attempts count for both sides: who was called as part of a party may be on
 * either side of the parting.
 *
 * <p>Where both were in a campaign, the lot of the party that is joined stands, and the other's
 * open episode closes. The ledger stays as it was written.
 */
@ApplicationScoped
class JoinedParties implements PartyJoins {

  private static final String CLOSED = "party-joined";

  private final DoNotContact doNotContact;
  private final Episodes episodes;
  private final Triggers triggers;
  private final BusinessClock clock;

  JoinedParties(
      DoNotContact doNotContact, Episodes episodes, Triggers triggers, BusinessClock clock) {
    this.doNotContact = doNotContact;
    this.episodes = episodes;
    this.triggers = triggers;
    this.clock = clock;
  }

  @Override
  public void joined(Connection connection, Join join) throws SQLException {
    Instant now = clock.now();
    triggers.close(drawnTwice(connection, join), CLOSED, now);
    shareAttempts(connection, join);
    // Of a party that goes on, what was done about the customer who leaves it.
    for (String sql :
        List.of(
            "UPDATE contact_attempt a JOIN call_task t ON t.id = a.call_task_id SET a.party_id = ?"
                + " WHERE a.party_id = ? AND (? OR t.customer_id = ?)",
            "UPDATE episode SET party_id = ? WHERE party_id = ? AND (? OR customer_id = ?)",
            "UPDATE call_task SET party_id = ? WHERE party_id = ? AND (? OR customer_id = ?)")) {
      try (PreparedStatement move = connection.prepareStatement(sql)) {
        move.setLong(1, join.to());
        move.setLong(2, join.from());
        move.setBoolean(3, join.last());
        move.setLong(4, join.customerId());
        move.executeUpdate();
      }
    }
    triggers.close(gonePast(connection, join.to()), "other-campaign", now);
    doNotContact.joined(connection, join);
  }

  /**
   * Where somebody stays, every attempt counts for both sides from now on, whichever it goes to.
   * What counted for the party before goes along.
   */
  private static void shareAttempts(Connection connection, Join join) throws SQLException {
    String share = "INSERT IGNORE INTO attempt_shared (party_id, attempt_id, channel, at) SELECT ";
    String own = "?, id, channel, at FROM contact_attempt WHERE party_id = ?";
    change(
        connection,
        share + "?, attempt_id, channel, at FROM attempt_shared WHERE party_id = ?",
        join.to(),
        join.from());
    if (join.last()) {
      change(connection, "DELETE FROM attempt_shared WHERE party_id = ?", join.from());
    } else {
      change(connection, share + own, join.to(), join.from());
      change(connection, share + own, join.from(), join.from());
    }
  }

  private static void change(Connection connection, String sql, long... ids) throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(sql)) {
      for (int i = 0; i < ids.length; i++) {
        change.setLong(i + 1, ids[i]);
      }
      change.executeUpdate();
    }
  }

  /** Open episodes that are taken along into campaigns in which the joined party has its lot. */
  private List<Episodes.Open> drawnTwice(Connection connection, Join join) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT e.id, e.campaign_id, e.party_id, e.customer_id, e.arm, e.opened_at FROM episode"
                + " e WHERE e.party_id = ? AND (? OR e.customer_id = ?) AND e.open_marker = 1 AND"
                + " EXISTS (SELECT 1 FROM episode o WHERE o.party_id = ? AND o.campaign_id ="
                + " e.campaign_id AND o.run = e.run) ORDER BY e.customer_id, e.id")) {
      select.setLong(1, join.from());
      select.setBoolean(2, join.last());
      select.setLong(3, join.customerId());
      select.setLong(4, join.to());
      return episodes.read(select);
    }
  }

  /** Open episodes of a party that is in a campaign of a higher precedence as well. */
  private List<Episodes.Open> gonePast(Connection connection, long party) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT e.id, e.campaign_id, e.party_id, e.customer_id, e.arm, e.opened_at FROM episode"
                + " e JOIN campaign c ON c.id = e.campaign_id WHERE e.party_id = ? AND"
                + " e.open_marker = 1 AND EXISTS (SELECT 1 FROM episode h JOIN campaign k ON k.id ="
                + " h.campaign_id AND k.state <> 'ended' WHERE h.party_id = ? AND h.open_marker = 1"
                + " AND k.precedence > c.precedence) ORDER BY e.customer_id, e.id")) {
      select.setLong(1, party);
      select.setLong(2, party);
      return episodes.read(select);
    }
  }
}
