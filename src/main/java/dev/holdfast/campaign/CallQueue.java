package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.DueRows;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The pending call tasks as a queue, in the caller's transaction: which are ready, best first, and
 * who takes one out or puts it back. A task that the customer's return cancels is in no queue, nor
 * is one of a campaign that has ended.
 */
@ApplicationScoped
public class CallQueue {

  /** Waits that one look ends; the next look ends more. */
  private static final int WAKE_AT_ONCE = 50;

  private static final DueRows WAITED =
      new DueRows(
          "SELECT id FROM call_task WHERE state = 'pending' AND ready = FALSE AND waiting_until <="
              + " ? ORDER BY priority DESC LIMIT ?",
          "SELECT id FROM call_task WHERE id = ? AND ready = FALSE AND waiting_until <= ? FOR UPDATE"
              + " SKIP LOCKED");

  /** The calls of a campaign that ended stay pending until its episodes are closed. */
  static final String NOT_OVER =
      "campaign_id NOT IN (SELECT id FROM campaign WHERE state = 'ended')";

  private static final String READY = "state = 'pending' AND ready = TRUE AND priority > 0";

  private final DataSource database;
  private final ObjectMapper json;

  CallQueue(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /**
   * Whose turn is asked for.
   *
   * @param languages of the agent; tasks of another language are left out
   * @param skills of the agent; tasks of campaigns that ask for another one are left out
   */
  public record Abilities(Collection<String> languages, Collection<String> skills) {

    private String condition() {
      return " AND (language IS NULL"
          + (languages.isEmpty() ? "" : " OR language IN (" + marks(languages) + ")")
          + ") AND (skill IS NULL"
          + (skills.isEmpty() ? "" : " OR skill IN (" + marks(skills) + ")")
          + ")";
    }

    private static String marks(Collection<String> words) {
      return "?,".repeat(words.size() - 1) + "?";
    }

    private int bind(PreparedStatement statement, int from) throws SQLException {
      int at = from;
      for (String language : languages) {
        statement.setString(at++, language);
      }
      for (String skill : skills) {
        statement.setString(at++, skill);
      }
      return at;
    }
  }

  /**
   * A task.
   *
   * @param state {@code pending}, {@code done} or {@code cancelled}
   * @param finishReason why it is not pending any more
   * @param risk when it was opened or last ranked, in (0, 1)
   * @param priority expected gain per agent minute, in money
   * @param effectFrom from what the effect of the call was reckoned for it
   * @param minutes of an agent
   * @param reasons up to three, in plain words
   * @param since when the risk reached the threshold
   * @param offer what may be offered, in the customer's language or else the campaign's first; null
   *     if the campaign does not say
   */
  public record Task(
      long id,
      String campaign,
      long partyId,
      long customerId,
      String state,
      @Nullable String finishReason,
      double risk,
      double priority,
      EffectFrom effectFrom,
      double minutes,
      List<String> reasons,
      Instant since,
      @Nullable String offer) {}

  /**
   * A task that is ready.
   *
   * @param priority expected gain per agent minute, in money
   * @param skill that its campaign asks for, null for none
   */
  public record Ready(long id, double priority, @Nullable String skill) {}

  /** The best ready tasks for somebody of these abilities, best first. */
  public List<Ready> best(Abilities abilities, int limit) {
    return ready("", abilities, " ORDER BY priority DESC LIMIT ?", null, limit);
  }

  /**
   * Ready tasks in the order of their lots from {@code lot} on, then from the start: from a uniform
   * lot, the first is near enough a uniform draw.
   */
  public List<Ready> drawn(Abilities abilities, double lot, int limit) {
    List<Ready> drawn =
        new ArrayList<>(ready(" AND lot >= ?", abilities, " ORDER BY lot LIMIT ?", lot, limit));
    if (drawn.size() < limit) {
      drawn.addAll(
          ready(" AND lot < ?", abilities, " ORDER BY lot LIMIT ?", lot, limit - drawn.size()));
    }
    return drawn;
  }

  private List<Ready> ready(
      String range, Abilities abilities, String order, @Nullable Double lot, int limit) {
    List<Ready> found = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, priority, skill FROM call_task WHERE "
                    + READY
                    + " AND "
                    + NOT_OVER
                    + range
                    + abilities.condition()
                    + order)) {
      int at = 1;
      if (lot != null) {
        select.setDouble(at++, lot);
      }
      at = abilities.bind(select, at);
      select.setInt(at, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(new Ready(row.getLong(1), row.getDouble(2), row.getString(3)));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the queue of calls", failure);
    }
    return found;
  }

  /**
   * How many tasks are ready for somebody of these abilities; from the index alone, so those of a
   * campaign that has just ended count until they are cancelled.
   */
  public long ready(Abilities abilities) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM call_task WHERE " + READY + abilities.condition())) {
      abilities.bind(select, 1);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count the queue of calls", failure);
    }
  }

  /** Locks a task if it is ready still, its campaign has not ended and nobody else is at it. */
  public Optional<Task> lockReady(long taskId) {
    return read(
        taskId,
        " AND t.state = 'pending' AND t.ready = TRUE AND t."
            + NOT_OVER
            + " FOR UPDATE SKIP LOCKED");
  }

  /** A task as committed. */
  public Optional<Task> find(long taskId) {
    return read(taskId, "");
  }

  /** The task, locked by the caller's transaction. */
  public Optional<Task> lock(long taskId) {
    return read(taskId, " FOR UPDATE");
  }

  private Optional<Task> read(long taskId, String how) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT t.id, (SELECT c.name FROM campaign c WHERE c.id = t.campaign_id) AS"
                    + " campaign, t.party_id, t.customer_id, t.state, t.finish_reason, t.risk,"
                    + " t.priority, t.effect_from, t.minutes, t.reasons, t.created_at, t.language,"
                    + " (SELECT c.offer FROM campaign c WHERE c.id = t.campaign_id) AS offer FROM"
                    + " call_task t WHERE t.id"
                    + " = ?"
                    + how)) {
      select.setLong(1, taskId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(task(row)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read a call task", failure);
    }
  }

  private Task task(ResultSet row) throws SQLException {
    try {
      return new Task(
          row.getLong("id"),
          row.getString("campaign"),
          row.getLong("party_id"),
          row.getLong("customer_id"),
          row.getString("state"),
          row.getString("finish_reason"),
          row.getDouble("risk"),
          row.getDouble("priority"),
          EffectFrom.of(row.getString("effect_from")),
          row.getDouble("minutes"),
          json.readValue(row.getString("reasons"), new TypeReference<List<String>>() {}),
          SqlTime.required(row, "created_at"),
          OfferText.in(row.getString("language"), OfferText.read(row.getString("offer"))));
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("the reasons of a call task are not JSON", malformed);
    }
  }

  /** Takes a task out of the queue: somebody has it in hand. */
  public void takeOut(long taskId) {
    set("UPDATE call_task SET ready = FALSE, waiting_until = ? WHERE id = ?", null, taskId);
  }

  /**
   * Puts a task back.
   *
   * @param from business instant from which it is ready again, null for now
   */
  public void putBack(long taskId, @Nullable Instant from) {
    set(
        from == null
            ? "UPDATE call_task SET ready = TRUE, waiting_until = ? WHERE id = ?"
            : "UPDATE call_task SET ready = FALSE, waiting_until = ? WHERE id = ?",
        from,
        taskId);
  }

  private void set(String sql, @Nullable Instant at, long taskId) {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      SqlTime.set(update, 1, at);
      update.setLong(2, taskId);
      update.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot change a call task", failure);
    }
  }

  /**
   * Makes ready what has waited long enough at {@code now}, the best first and some at a time: in
   * the morning many wake at once, and the first claim is to get the best of them.
   *
   * @return how many
   */
  public int wake(Instant now) {
    try (Connection connection = database.getConnection()) {
      List<Long> waited = WAITED.lock(connection, now, WAKE_AT_ONCE);
      waited.forEach(id -> putBack(id, null));
      return waited.size();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot wake waiting call tasks", failure);
    }
  }

  /** Notes that the policy forbade a contact that was about to be made. */
  public void blocked(Task task, String stage, Contactability.Answer answer) {
    PolicyDecision.Finding block = answer.decision().strongestBlock();
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO contact_block (at, party_id, call_task_id, stage, rule, reason, until,"
                    + " policy) VALUES (?,?,?,?,?,?,?,?)")) {
      SqlTime.set(insert, 1, answer.decision().at());
      insert.setLong(2, task.partyId());
      insert.setLong(3, task.id());
      insert.setString(4, stage);
      insert.setString(5, block.rule().wireName());
      insert.setString(6, block.reason().substring(0, Math.min(300, block.reason().length())));
      SqlTime.set(insert, 7, block.until());
      insert.setLong(8, answer.policy());
      insert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot note what the policy forbade", failure);
    }
  }
}
