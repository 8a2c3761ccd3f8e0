package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.PartyJoins;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.OutboxMessage;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Who must not be contacted at all: by person, and by number whoever answers it. An entry holds
 * from the commit on, until a person lifts it. Where a wish came from and why it was lifted stands
 * in the entry alone: the audit outlives an erasure, and people write names there.
 *
 * <p>Which numbers are the same says {@link NumberEnd}: in full where both are international, else
 * by their ends.
 */
@ApplicationScoped
public class DoNotContact {

  private final DataSource database;
  private final Customers customers;
  private final BusinessClock clock;
  private final Audit audit;
  private final Outbox outbox;

  DoNotContact(
      DataSource database, Customers customers, BusinessClock clock, Audit audit, Outbox outbox) {
    this.database = database;
    this.customers = customers;
    this.clock = clock;
    this.audit = audit;
    this.outbox = outbox;
  }

  /**
   * An entry in force.
   *
   * @param customer a name of the person, null for an entry by number
   * @param numberEnd the last digits of the number, null for an entry by person
   */
  public record Entry(
      long id,
      @Nullable String customer,
      @Nullable String numberEnd,
      Instant since,
      String origin) {}

  /**
   * Forbids contact with a party on every channel, in the caller's transaction: consent is
   * withdrawn and its pending calls are cancelled. The party is locked, so that whoever is about to
   * call it either did so before or will see this.
   *
   * @return the id of the entry
   */
  @Transactional
  public long forbidParty(long partyId, String origin, String actor) {
    Instant now = clock.now();
    try (Connection connection = database.getConnection()) {
      // Whoever asks may have read the party before its customer joined another.
      long joined = customers.lockJoined(connection, partyId);
      long id = insert(connection, joined, null, now, origin, actor);
      customers.withdrawConsent(joined, now, origin);
      cancelCalls(connection, joined, now);
      audit.record(actor, "do-not-contact.add", "party:" + joined, null);
      return id;
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be recorded", failure);
    }
  }

  /**
   * As {@link #forbidParty}, unless there is an entry of the same origin, in force or lifted since:
   * what was reported before is not reported anew.
   */
  @Transactional
  public void forbidPartyOnce(long partyId, String origin, String actor) {
    try (Connection connection = database.getConnection()) {
      long joined = customers.lockJoined(connection, partyId);
      if (!known(connection, "party_id", String.valueOf(joined), origin)) {
        forbidParty(joined, origin, actor);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be read", failure);
    }
  }

  /** As {@link #forbidNumber}, unless there is an entry of the same origin by number. */
  @Transactional
  public void forbidNumberOnce(String number, String origin, String actor) {
    try (Connection connection = database.getConnection()) {
      String tail = NumberEnd.of(number).map(NumberEnd::tail).orElse("");
      if (!known(connection, "number_tail", tail, origin)) {
        forbidNumber(number, origin, actor);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be read", failure);
    }
  }

  private static boolean known(Connection connection, String column, String value, String origin)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM do_not_contact WHERE " + column + " = ? AND origin = ? LIMIT 1")) {
      select.setString(1, value);
      select.setString(2, origin);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * What forbade a party forbids the one that its customer joins, whose calls that wait end then.
   * Of a party that goes on without the customer, the entries hold for both.
   */
  void joined(Connection connection, PartyJoins.Join join) throws SQLException {
    try (PreparedStatement carry =
        connection.prepareStatement(
            join.last()
                ? "UPDATE do_not_contact SET party_id = ? WHERE party_id = ?"
                : "INSERT INTO do_not_contact (party_id, since, origin, recorded_by) SELECT ?,"
                    + " since, origin, recorded_by FROM do_not_contact WHERE party_id = ? AND"
                    + " lifted_at IS NULL")) {
      carry.setLong(1, join.to());
      carry.setLong(2, join.from());
      carry.executeUpdate();
    }
    if (reasons(List.of(join.to()), Map.of()).containsKey(join.to())) {
      cancelCalls(connection, join.to(), clock.now());
    }
  }

  /** Takes the party's calls off every list, and tells those who took them elsewhere. */
  private void cancelCalls(Connection connection, long partyId, Instant now) throws SQLException {
    List<OutboxMessage> messages = new ArrayList<>();
    List<Long> tasks = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.id, t.episode_id, c.name, t.customer_id FROM call_task t JOIN campaign c ON c.id ="
                + " t.campaign_id WHERE t.party_id = ? AND t.state = 'pending'")) {
      select.setLong(1, partyId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tasks.add(row.getLong("id"));
          long customer = row.getLong("customer_id");
          String name =
              customers.namesOf(List.of(customer)).getOrDefault(customer, "id:" + customer);
          messages.add(
              new OutboxMessage(
                  Topics.CALL_TASKS,
                  name,
                  "call-task.cancelled",
                  Triggers.CallTaskMessage.cancelled(
                      row.getLong("episode_id"),
                      row.getString("name"),
                      name,
                      "do-not-contact",
                      now)));
        }
      }
    }
    try (PreparedStatement cancel =
        connection.prepareStatement(
            "UPDATE call_task SET state = 'cancelled', finish_reason = 'do-not-contact',"
                + " finished_at = ? WHERE id = ? AND state = 'pending'")) {
      for (long task : tasks) {
        SqlTime.set(cancel, 1, now);
        cancel.setLong(2, task);
        cancel.executeUpdate();
      }
    }
    outbox.addAll(messages);
  }

  /**
   * Forbids contact by a number, whoever answers it, in the caller's transaction. The parties that
   * have it now are locked as by {@link #forbidParty}; their other numbers stay.
   *
   * @return the id of the entry
   * @throws Problem 400 if it has fewer than three digits
   */
  @Transactional
  public long forbidNumber(String number, String origin, String actor) {
    NumberEnd end =
        NumberEnd.of(number)
            .orElseThrow(() -> Problem.badRequest("A number has 3 to 20 digits, this has fewer."));
    try (Connection connection = database.getConnection()) {
      customers.lockParties(connection, partiesWith(connection, end));
      long id = insert(connection, null, end, clock.now(), origin, actor);
      audit.record(actor, "do-not-contact.add", "number:" + id, null);
      return id;
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be recorded", failure);
    }
  }

  /**
   * Forbids a number that turned out to be somebody else's, in the caller's transaction, which
   * holds the lock of the party that was meant.
   */
  void forbidWrongNumber(String number, String origin, String actor) {
    NumberEnd.of(number)
        .ifPresent(
            end -> {
              try (Connection connection = database.getConnection()) {
                long id = insert(connection, null, end, clock.now(), origin, actor);
                audit.record(actor, "do-not-contact.add", "number:" + id, null);
              } catch (SQLException failure) {
                throw new IllegalStateException("do-not-contact cannot be recorded", failure);
              }
            });
  }

  /**
   * Lifts an entry. A party must give its consent anew after that, for what it said before was
   * withdrawn with the entry.
   *
   * @throws Problem 404 if there is none in force
   */
  @Transactional
  public void lift(long id, String reason, String actor) {
    Instant now = clock.now();
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE do_not_contact SET lifted_at = ?, lifted_by = ?, lift_reason = ?"
                    + " WHERE id = ? AND lifted_at IS NULL")) {
      // The party before the entry, as all who write about it.
      OptionalLong party = partyOf(connection, id);
      if (party.isPresent()) {
        customers.askConsentAnew(customers.lockJoined(connection, party.getAsLong()), now);
      }
      SqlTime.set(update, 1, now);
      update.setString(2, actor);
      update.setString(3, reason);
      update.setLong(4, id);
      if (update.executeUpdate() == 0) {
        throw Problem.notFound("There is no do-not-contact entry " + id + " in force");
      }
      audit.record(actor, "do-not-contact.lift", "do-not-contact:" + id, null);
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be lifted", failure);
    }
  }

  /** The party of an entry by person. */
  private static OptionalLong partyOf(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT party_id FROM do_not_contact WHERE id = ? AND party_id IS NOT NULL")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /** The newest entries in force, at most {@code limit}. */
  List<Entry> inForce(int limit) {
    List<Entry> entries = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT d.id, d.number_key, d.since, d.origin, (SELECT CONCAT(i.namespace, ':',"
                    + " i.value) FROM customer c JOIN customer_identifier i ON i.customer_id = c.id"
                    + " WHERE c.party_id = d.party_id ORDER BY i.valid_from, i.namespace, i.value"
                    + " LIMIT 1) AS customer FROM do_not_contact d WHERE d.lifted_at IS NULL"
                    + " ORDER BY d.id DESC LIMIT ?")) {
      select.setInt(1, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String key = row.getString("number_key");
          entries.add(
              new Entry(
                  row.getLong("id"),
                  row.getString("customer"),
                  key == null ? null : "…" + key.substring(Math.max(0, key.length() - 4)),
                  SqlTime.required(row, "since"),
                  row.getString("origin")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be read", failure);
    }
    return entries;
  }

  /**
   * Why these parties must not be contacted; those who may are left out.
   *
   * @param numbers of each party
   */
  Map<Long, String> reasons(Collection<Long> partyIds, Map<Long, List<String>> numbers) {
    Map<Long, String> reasons = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(partyIds.stream().distinct().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT party_id, since, origin FROM do_not_contact WHERE lifted_at IS NULL"
                    + " AND party_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") ORDER BY id")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              reasons.put(
                  row.getLong(1),
                  "the person asked for no contact, "
                      + SqlTime.required(row, "since").toString().substring(0, 10)
                      + ", "
                      + row.getString(3));
            }
          }
        }
      }
      byNumber(connection, numbers, reasons);
    } catch (SQLException failure) {
      throw new IllegalStateException("do-not-contact cannot be read", failure);
    }
    return reasons;
  }

  private static void byNumber(
      Connection connection, Map<Long, List<String>> numbers, Map<Long, String> reasons)
      throws SQLException {
    Map<String, Map<NumberEnd, Set<Long>>> byTail = new HashMap<>();
    numbers.forEach(
        (party, all) ->
            all.forEach(
                number ->
                    NumberEnd.of(number)
                        .ifPresent(
                            end ->
                                byTail
                                    .computeIfAbsent(end.tail(), tail -> new HashMap<>())
                                    .computeIfAbsent(end, unused -> new TreeSet<>())
                                    .add(party))));
    for (ByNumber entry : byTails(connection, byTail.keySet(), " AND lifted_at IS NULL")) {
      String reason =
          "the number is not to be called, "
              + entry.since().toString().substring(0, 10)
              + ", "
              + entry.origin();
      byTail
          .getOrDefault(entry.end().tail(), Map.of())
          .forEach(
              (end, parties) -> {
                if (entry.end().same(end)) {
                  parties.forEach(party -> reasons.put(party, reason));
                }
              });
    }
  }

  /** An entry by number. */
  private record ByNumber(long id, NumberEnd end, Instant since, String origin) {}

  private static List<ByNumber> byTails(
      Connection connection, Collection<String> tails, String which) throws SQLException {
    List<ByNumber> entries = new ArrayList<>();
    for (List<String> chunk : Jdbc.chunks(tails.stream().sorted().toList())) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, number_key, number_before, since, origin FROM do_not_contact WHERE"
                  + " number_tail IN ("
                  + Jdbc.marks(chunk.size())
                  + ")"
                  + which
                  + " ORDER BY id")) {
        for (int i = 0; i < chunk.size(); i++) {
          select.setString(i + 1, chunk.get(i));
        }
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            entries.add(
                new ByNumber(
                    row.getLong("id"),
                    new NumberEnd(row.getString("number_key"), row.getString("number_before")),
                    SqlTime.required(row, "since"),
                    row.getString("origin")));
          }
        }
      }
    }
    return entries;
  }

  /** The entries by number, lifted or not, that are about one of these numbers. */
  static Set<Long> about(Connection connection, Collection<NumberEnd> numbers) throws SQLException {
    Set<Long> ids = new TreeSet<>();
    Set<String> tails = numbers.stream().map(NumberEnd::tail).collect(Collectors.toSet());
    for (ByNumber entry : byTails(connection, tails, "")) {
      if (numbers.stream().anyMatch(entry.end()::same)) {
        ids.add(entry.id());
      }
    }
    return ids;
  }

  private static Set<Long> partiesWith(Connection connection, NumberEnd end) throws SQLException {
    Set<Long> parties = new TreeSet<>();
    // Rare and by a person: a look at all numbers is affordable, an index by last digits is not.
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT party_id, value FROM contact_point WHERE channel IN ('phone', 'sms') AND"
                + " REGEXP_REPLACE(value, '[^0-9]', '') LIKE ?")) {
      select.setString(1, "%" + end.tail());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (NumberEnd.of(row.getString(2)).filter(end::same).isPresent()) {
            parties.add(row.getLong(1));
          }
        }
      }
    }
    return parties;
  }

  private static long insert(
      Connection connection,
      @Nullable Long partyId,
      @Nullable NumberEnd number,
      Instant since,
      String origin,
      String actor)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO do_not_contact (party_id, number_key, number_before, since, origin,"
                + " recorded_by) VALUES (?,?,?,?,?,?) RETURNING id")) {
      insert.setObject(1, partyId);
      insert.setString(2, number == null ? null : number.end());
      insert.setString(3, number == null ? null : number.before());
      SqlTime.set(insert, 4, since);
      insert.setString(5, origin);
      insert.setString(6, actor);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
