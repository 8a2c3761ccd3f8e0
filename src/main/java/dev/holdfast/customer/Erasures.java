package dev.holdfast.customer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.access.Audit;
import dev.holdfast.customer.ErasedNames.Bar;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.Quarantine;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.arc.All;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Erases persons: one transaction removes every row about them, under the locks of all who write
 * such rows. What stays are counts that name nobody, the ledger's internal numbers, numbers that
 * nobody may call, and a keyed digest of each name, by which what still arrives is dropped.
 *
 * <p>Rows that others write without a lock at the same moment are removed by looks later on; the
 * first follows at once, the last after a day.
 */
@ApplicationScoped
@Retried
public class Erasures {

  private static final Logger LOG = Logger.getLogger(Erasures.class);
  private static final int MAX_REASON = 500;

  /** In UTF-8: a name of two Chinese characters tells more than one of three letters. */
  private static final int SHORTEST_TELLING_BYTES = 4;

  private static final int LOCKED_AGAIN_AT_MOST = 10;
  private static final int SWEPT_AT_ONCE = 100;
  private static final List<Duration> SWEEPS =
      List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofDays(1));

  /** What goes, where a party has several customers. */
  public enum Scope {
    /** The one customer; the party and its other customers stay. */
    @JsonProperty("customer")
    CUSTOMER,
    /** The party with all of its customers. */
    @JsonProperty("party")
    PARTY
  }

  /**
   * What was done. Without the person's names.
   *
   * @param erasure its number
   * @param customers how many were erased
   * @param party whether the party is gone too
   */
  public record Erased(
      long erasure, Instant erasedAt, int customers, boolean party, String by, String reason) {}

  private final DataSource database;
  private final Customers customers;
  private final ErasedNames names;
  private final List<PersonalData> rooms;
  private final Quarantine quarantine;
  private final Outbox outbox;
  private final Audit audit;
  private final BusinessClock clock;
  private final SystemClock system;
  private final Rounds rounds;

  Erasures(
      DataSource database,
      Customers customers,
      ErasedNames names,
      @All List<PersonalData> rooms,
      Quarantine quarantine,
      Outbox outbox,
      Audit audit,
      BusinessClock clock,
      SystemClock system,
      Rounds rounds) {
    this.database = database;
    this.customers = customers;
    this.names = names;
    this.rooms = List.copyOf(rooms);
    this.quarantine = quarantine;
    this.outbox = outbox;
    this.audit = audit;
    this.clock = clock;
    this.system = system;
    this.rounds = rounds;
  }

  /**
   * Erases the customer whom {@code name} means now. A second time changes nothing and answers as
   * the first.
   *
   * @param reason kept, so it must not tell who it was
   * @param scope null if the party has no other customer
   * @throws Problem 400 for a malformed name or reason, 404 if there is no such customer, 409 if it
   *     must be said whether the whole party goes
   */
  public Erased erase(String name, String reason, @Nullable Scope scope, String actor) {
    CustomerName parsed = CustomerRecords.parsed(name);
    String why = stripped(reason);
    Erased erased = QuarkusTransaction.requiringNew().call(() -> erase(parsed, why, scope, actor));
    removeUnread();
    return erased;
  }

  private static String stripped(String reason) {
    String why = reason.strip();
    if (why.isEmpty() || why.length() > MAX_REASON) {
      throw Problem.badRequest("reason must have 1 to " + MAX_REASON + " characters.");
    }
    return why;
  }

  private Erased erase(CustomerName name, String reason, @Nullable Scope scope, String actor)
      throws SQLException {
    Instant now = clock.now();
    try (Connection connection = database.getConnection()) {
      Optional<Person> found = person(connection, name, scope, now);
      for (int i = 0; found.isPresent(); i++) {
        lock(connection, found.get());
        Optional<Person> locked = person(connection, name, scope, now);
        if (locked.equals(found)) {
          break;
        }
        if (i == LOCKED_AGAIN_AT_MOST) {
          throw Problem.conflict("The customer is being changed again and again; try later.");
        }
        found = locked;
      }
      if (found.isEmpty()) {
        return before(connection, name, now)
            .orElseThrow(() -> Problem.notFound("There is no customer " + name + "."));
      }
      return erase(connection, found.get(), reason, now, actor);
    }
  }

  private Erased erase(
      Connection connection, Person person, String reason, Instant now, String actor)
      throws SQLException {
    Map<CustomerName, List<Identifier>> windows =
        Customers.allNamesOf(connection, person.customerIds());
    requireNamesNobody(connection, reason, person, windows.keySet());
    remove(connection, person, windows.keySet(), now, actor);
    long erasure = record(connection, person, reason, now, actor);
    for (Map.Entry<CustomerName, List<Identifier>> name : windows.entrySet()) {
      for (Identifier window : name.getValue()) {
        names.bar(connection, name.getKey(), window, erasure);
      }
    }
    audit.record(
        actor,
        "customer-erased",
        "erasure:" + erasure,
        person.customerIds().size()
            + (person.partyIds().isEmpty() ? " of a party: " : " and the party: ")
            + reason);
    return new Erased(
        erasure, now, person.customerIds().size(), !person.partyIds().isEmpty(), actor, reason);
  }

  private void remove(
      Connection connection, Person person, Set<CustomerName> names, Instant now, String actor)
      throws SQLException {
    outbox.takeBack(connection, keys(connection, person, names, now));
    for (PersonalData room : rooms) {
      room.settle(connection, person, actor);
    }
    for (PersonalData room : rooms) {
      room.erase(connection, person);
    }
    customers.forget(names);
  }

  /** Who is meant; empty if nobody is. */
  private Optional<Person> person(
      Connection connection, CustomerName name, @Nullable Scope scope, Instant now)
      throws SQLException {
    Optional<Long> id = customers.findStored(connection, name, now);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    List<Long> members =
        Jdbc.ids(
            connection,
            "SELECT m.id FROM customer c JOIN customer m ON m.party_id = c.party_id WHERE c.id IN"
                + " (:ids)",
            List.of(id.get()));
    if (scope == null && members.size() > 1) {
      throw Problem.conflict(
          "The party of "
              + name
              + " has "
              + members.size()
              + " customers. Say whether the party is meant with all of them (party), or this"
              + " customer alone (customer).");
    }
    if (scope == Scope.CUSTOMER && members.size() > 1) {
      return Optional.of(Person.of(List.of(id.get()), List.of()));
    }
    return Optional.of(Person.of(members, partiesOf(connection, members)));
  }

  /** The party of these customers and those that were joined to it. */
  static Set<Long> partiesOf(Connection connection, Collection<Long> customerIds)
      throws SQLException {
    Set<Long> parties = new HashSet<>();
    List<Long> more =
        Jdbc.ids(connection, "SELECT party_id FROM customer WHERE id IN (:ids)", customerIds);
    while (parties.addAll(more)) {
      more = Jdbc.ids(connection, "SELECT id FROM party WHERE merged_into IN (:ids)", more);
    }
    return parties;
  }

  /**
   * States first, as the stream does, then customers, then parties, as who changes them does; each
   * in the order of its numbers.
   */
  private void lock(Connection connection, Person person) throws SQLException {
    for (PersonalData room : rooms) {
      room.lock(connection, person);
    }
    Jdbc.ids(
        connection,
        "SELECT id FROM customer WHERE id IN (:ids) ORDER BY id FOR UPDATE",
        person.customerIds());
    Jdbc.ids(
        connection,
        "SELECT id FROM party WHERE id IN (:ids) ORDER BY id FOR UPDATE",
        partiesOf(connection, person.customerIds()));
  }

  /** The reason stays, and so must not say who it was. */
  private static void requireNamesNobody(
      Connection connection, String reason, Person person, Set<CustomerName> names)
      throws SQLException {
    Set<String> telling = new HashSet<>();
    names.forEach(name -> telling.add(name.value()));
    texts(
        connection,
        "SELECT JSON_VALUE(profile, '$.name') FROM customer WHERE id IN (:ids)",
        person.customerIds(),
        telling);
    texts(
        connection,
        "SELECT value FROM contact_point WHERE party_id IN (:ids)",
        person.partyIds(),
        telling);
    requireWithout(reason, telling);
  }

  private static void requireWithout(String reason, Set<String> telling) {
    String said = reason.toLowerCase(Locale.ROOT);
    if (telling.stream()
        .filter(text -> text.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_TELLING_BYTES)
        .anyMatch(text -> said.contains(text.toLowerCase(Locale.ROOT)))) {
      throw Problem.badRequest(
          "reason must not hold a name or number of the customer, because it is kept.");
    }
  }

  private static void texts(
      Connection connection, String sql, Collection<Long> ids, Set<String> texts)
      throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement select = connection.prepareStatement(Jdbc.ofIds(sql, ids))) {
      Jdbc.bindIds(select, sql, ids);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String text = row.getString(1);
          if (text != null) {
            texts.add(text);
          }
        }
      }
    }
  }

  /**
   * The keys of messages about the person: its names but those that are somebody else's by now, or
   * its number where it has none.
   */
  private static Set<String> keys(
      Connection connection, Person person, Set<CustomerName> names, Instant now)
      throws SQLException {
    Set<String> keys = new HashSet<>();
    Customers.ofNobodyElse(connection, names, person.customerIds(), now)
        .forEach(name -> keys.add(name.toString()));
    person.customerIds().forEach(id -> keys.add("id:" + id));
    return keys;
  }

  private long record(
      Connection connection, Person person, String reason, Instant now, String actor)
      throws SQLException {
    long erasure;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO erasure (erased_at, recorded_at, erased_by, reason, whole_party,"
                + " customers, swept_next) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id")) {
      SqlTime.set(insert, 1, now);
      SqlTime.set(insert, 2, system.now());
      insert.setString(3, actor);
      insert.setString(4, reason);
      insert.setBoolean(5, !person.partyIds().isEmpty());
      insert.setInt(6, person.customerIds().size());
      SqlTime.set(insert, 7, system.now());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        erasure = row.getLong(1);
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO erased_id (kind, id, erasure_id) VALUES (?, ?, ?)")) {
      for (long id : person.customerIds()) {
        note(insert, "customer", id, erasure);
      }
      for (long id : person.partyIds()) {
        note(insert, "party", id, erasure);
      }
    }
    return erasure;
  }

  private static void note(PreparedStatement insert, String kind, long id, long erasure)
      throws SQLException {
    insert.setString(1, kind);
    insert.setLong(2, id);
    insert.setLong(3, erasure);
    insert.executeUpdate();
  }

  /** The erasure by which a name means nobody at {@code at}. */
  private Optional<Erased> before(Connection connection, CustomerName name, Instant at)
      throws SQLException {
    Optional<Bar> bar = barAt(connection, name, at);
    return bar.isEmpty() ? Optional.empty() : of(connection, bar.get().erasureId());
  }

  /**
   * The erasure of this number.
   *
   * @throws Problem 404 if there is none
   */
  public Erased of(long erasure) {
    try (Connection connection = database.getConnection()) {
      return of(connection, erasure)
          .orElseThrow(() -> Problem.notFound("There is no erasure " + erasure + "."));
    } catch (SQLException e) {
      throw new IllegalStateException("an erasure cannot be read", e);
    }
  }

  private static Optional<Erased> of(Connection connection, long erasure) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, erased_at, customers, whole_party, erased_by, reason FROM erasure WHERE id"
                + " = ?")) {
      select.setLong(1, erasure);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Erased(
                    row.getLong(1),
                    SqlTime.required(row, "erased_at"),
                    row.getInt(3),
                    row.getBoolean(4),
                    row.getString(5),
                    row.getString(6)))
            : Optional.empty();
      }
    }
  }

  private Optional<Bar> barAt(Connection connection, CustomerName name, Instant at)
      throws SQLException {
    return names.of(connection, Set.of(name)).getOrDefault(name, List.of()).stream()
        .filter(bar -> bar.holdsAt(at))
        .findFirst();
  }

  /**
   * Lets a name that was erased mean somebody again, from now on: a customer who came back, or who
   * got the number. What happened before stays barred.
   *
   * @param reason kept, so it must not hold the name
   * @throws Problem 400 for a malformed name or reason, 404 if no customer of this name was erased
   */
  public void readmit(String name, String reason, String actor) {
    CustomerName parsed = CustomerRecords.parsed(name);
    String why = stripped(reason);
    requireWithout(why, Set.of(parsed.value()));
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              Instant now = clock.now();
              try (Connection connection = database.getConnection()) {
                Bar bar =
                    barAt(connection, parsed, now)
                        .orElseThrow(
                            () -> Problem.notFound("No customer " + parsed + " was erased."));
                names.end(connection, parsed, bar, now);
                audit.record(actor, "name-readmitted", "erasure:" + bar.erasureId(), why);
              } catch (SQLException e) {
                throw new IllegalStateException("a name cannot be readmitted", e);
              }
            });
  }

  @Scheduled(
      every = "{holdfast.erasure.sweep-every:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "Erasures could not be looked at again", this::sweep);
  }

  /**
   * Looks again for rows of those who were erased lately, where it is time to. Who is back because
   * a backup was restored is erased as at first.
   */
  void sweep() {
    int swept = 0;
    while (swept < SWEPT_AT_ONCE && QuarkusTransaction.requiringNew().call(this::sweepNext)) {
      swept++;
    }
    if (swept > 0) {
      removeUnread();
    }
  }

  private record Due(long erasure, Instant recordedAt, String by) {}

  /** Looks again at the erasure that waits longest; false if none does. */
  private boolean sweepNext() throws SQLException {
    Instant now = system.now();
    try (Connection connection = database.getConnection()) {
      Due due = due(connection, now);
      if (due == null) {
        return false;
      }
      Person person =
          Person.of(
              erasedIds(connection, due.erasure(), "customer"),
              erasedIds(connection, due.erasure(), "party"));
      if (isBack(connection, person)) {
        lock(connection, person);
        Set<CustomerName> had = Customers.allNamesOf(connection, person.customerIds()).keySet();
        remove(connection, person, had, clock.now(), due.by());
      } else {
        for (PersonalData room : rooms) {
          room.erase(connection, person);
        }
      }
      sweepAgain(connection, due, now);
      return true;
    }
  }

  /** True if the person was erased and a backup of before was restored. */
  private static boolean isBack(Connection connection, Person person) throws SQLException {
    return !Jdbc.ids(connection, "SELECT id FROM customer WHERE id IN (:ids)", person.customerIds())
        .isEmpty();
  }

  private static @Nullable Due due(Connection connection, Instant now) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, recorded_at, erased_by FROM erasure WHERE swept_next <= ? ORDER BY"
                + " swept_next, id LIMIT 1 FOR UPDATE SKIP LOCKED")) {
      SqlTime.set(select, 1, now);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Due(
                row.getLong(1), SqlTime.required(row, "recorded_at"), row.getString("erased_by"))
            : null;
      }
    }
  }

  private static List<Long> erasedIds(Connection connection, long erasure, String kind)
      throws SQLException {
    return Jdbc.ids(
        connection,
        "SELECT id FROM erased_id WHERE kind = '" + kind + "' AND erasure_id IN (:ids)",
        List.of(erasure));
  }

  private static void sweepAgain(Connection connection, Due one, Instant now) throws SQLException {
    Instant next =
        SWEEPS.stream()
            .map(one.recordedAt()::plus)
            .filter(at -> at.isAfter(now))
            .findFirst()
            .orElse(null);
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE erasure SET swept_next = ? WHERE id = ?")) {
      SqlTime.set(update, 1, next);
      update.setLong(2, one.erasure());
      update.executeUpdate();
    }
  }

  /** Messages in quarantine that name somebody who is erased. */
  private void removeUnread() {
    quarantine.erase(mentioned -> customers.erased(mentioned, clock.now()));
  }
}
