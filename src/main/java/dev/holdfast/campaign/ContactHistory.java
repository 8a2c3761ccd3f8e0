package dev.holdfast.campaign;

import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What we did about parties, to be read by people: attempts, what came of them, and cases. */
@ApplicationScoped
public class ContactHistory {

  private final DataSource database;

  ContactHistory(DataSource database) {
    this.database = database;
  }

  /**
   * An attempt to reach a party.
   *
   * @param disposition how it ended, as corrected last; null while that is not known
   */
  public record Attempt(
      Instant at,
      String channel,
      String actor,
      String campaign,
      @Nullable Disposition disposition,
      @Nullable OutcomeReason reason,
      @Nullable String note,
      @Nullable Instant callBackAt) {}

  /**
   * A case: a party at risk in a campaign.
   *
   * @param arm {@code treatment} or {@code hold-out}
   * @param closedAt null while it is open
   * @param closeReason null while it is open
   * @param taskState state of its call task; null if it has none
   * @param taskReason why the task is not pending any more; null if it is, or if there is none
   */
  public record Case(
      long id,
      long campaignId,
      String campaign,
      String arm,
      double risk,
      Instant openedAt,
      @Nullable Instant closedAt,
      @Nullable String closeReason,
      @Nullable String taskState,
      @Nullable String taskReason) {}

  /** The newest attempts to reach a party, newest first, {@code most} at most. */
  public List<Attempt> attempts(long partyId, int most) {
    List<Attempt> attempts = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT a.at, a.channel, a.actor, c.name, o.disposition, o.reason, o.note,"
                    + " o.call_back_at FROM contact_attempt a JOIN call_task t ON t.id ="
                    + " a.call_task_id JOIN campaign c ON c.id = t.campaign_id LEFT JOIN outcome o"
                    + " ON o.attempt_id = a.id AND NOT EXISTS (SELECT 1 FROM outcome s WHERE"
                    + " s.supersedes = o.id) WHERE a.party_id = ? ORDER BY a.at DESC, a.id DESC"
                    + " LIMIT ?")) {
      select.setLong(1, partyId);
      select.setInt(2, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String disposition = row.getString("disposition");
          String reason = row.getString("reason");
          attempts.add(
              new Attempt(
                  SqlTime.required(row, "at"),
                  row.getString("channel"),
                  row.getString("actor"),
                  row.getString("name"),
                  disposition == null ? null : Disposition.of(disposition),
                  reason == null ? null : OutcomeReason.of(reason),
                  row.getString("note"),
                  SqlTime.read(row, "call_back_at")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the attempts to reach a party cannot be read", failure);
    }
    return attempts;
  }

  /** The newest cases of a customer, newest first, {@code most} at most. */
  public List<Case> cases(long customerId, int most) {
    List<Case> cases = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.id, e.campaign_id, c.name, e.arm, e.risk, e.opened_at, e.closed_at, e.close_reason,"
                    + " t.state, t.finish_reason FROM episode e JOIN campaign c ON c.id ="
                    + " e.campaign_id LEFT JOIN call_task t ON t.episode_id = e.id WHERE"
                    + " e.customer_id = ? ORDER BY e.opened_at DESC, e.id DESC LIMIT ?")) {
      select.setLong(1, customerId);
      select.setInt(2, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          cases.add(
              new Case(
                  row.getLong("id"),
                  row.getLong("campaign_id"),
                  row.getString("name"),
                  row.getString("arm"),
                  row.getDouble("risk"),
                  SqlTime.required(row, "opened_at"),
                  SqlTime.read(row, "closed_at"),
                  row.getString("close_reason"),
                  row.getString("state"),
                  row.getString("finish_reason")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the cases of a customer cannot be read", failure);
    }
    return cases;
  }

  /** What came of the calls of somebody from an instant on, corrected ones as corrected. */
  public Map<Disposition, Integer> outcomesOf(String actor, Instant from) {
    Map<Disposition, Integer> counts = new EnumMap<>(Disposition.class);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT o.disposition, COUNT(*) FROM outcome o WHERE o.recorded_by = ? AND"
                    + " o.recorded_at >= ? AND NOT EXISTS (SELECT 1 FROM outcome s WHERE"
                    + " s.supersedes = o.id) GROUP BY o.disposition")) {
      select.setString(1, actor);
      SqlTime.set(select, 2, from);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          counts.put(Disposition.of(row.getString(1)), row.getInt(2));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the outcomes of somebody cannot be counted", failure);
    }
    return counts;
  }

  /** How many call tasks of running campaigns wait to be called. */
  public long pending() {
    return count(
        "SELECT COUNT(*) FROM call_task t JOIN campaign c ON c.id = t.campaign_id WHERE t.state ="
            + " 'pending' AND c.state = 'running'");
  }

  /** What the campaign of a call task says it is worth to keep the party. */
  public record Offer(double worth, double cost) {}

  /** What may be offered in the call of a task; empty if there is no such task. */
  public Optional<Offer> offer(long taskId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT COALESCE(t.customer_value, c.customer_value) AS worth, c.offer_cost FROM"
                    + " call_task t JOIN campaign c ON c.id = t.campaign_id WHERE t.id = ?")) {
      select.setLong(1, taskId);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Offer(row.getDouble("worth"), row.getDouble("offer_cost")))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the offer of a call cannot be read", failure);
    }
  }

  private long count(String sql) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException("call tasks cannot be counted", failure);
    }
  }
}
