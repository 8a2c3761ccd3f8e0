package dev.holdfast.customer;

import dev.holdfast.event.CustomerName;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * From external names to customers and parties, in batches.
 *
 * <p>Names are cached for a minute in this process, and only after the transaction that read or
 * made them has been committed.
 */
@ApplicationScoped
public class Customers {

  /** Customers made by one statement. */
  private static final int CHUNK = 256;

  /** By which numbers are found, as in the column {@code number_key}. */
  private static final int NUMBER_DIGITS = 9;

  private static final int FEWEST_NUMBER_DIGITS = 5;

  private static final String PHONE = "phone";
  private static final String RETENTION = "retention";

  /** Every channel, or every purpose. */
  private static final String ANY = "*";

  private static final int MOST_OF_A_NUMBER = 20;
  private static final long NOBODY = 0;

  /** A bound on following who joined whom. */
  private static final int MOST_JOINS = 20;

  private static final String INTO_IDENTIFIERS =
      " INTO customer_identifier (namespace, value, valid_from, valid_to, customer_id) VALUES ";

  /** A name and the free window in which it is to mean somebody new. */
  private record Claim(CustomerName name, Identifier window) {

    List<Object> key() {
      return List.of(name, window.validFrom());
    }
  }

  private static final Comparator<Claim> IN_ORDER =
      Comparator.comparing((Claim claim) -> claim.name().namespace())
          .thenComparing(claim -> claim.name().value())
          .thenComparing(claim -> claim.window().validFrom());

  private final DataSource database;
  private final SystemClock clock;
  private final TransactionSynchronizationRegistry transactions;
  private final ErasedNames erasedNames;
  private final IdentifierCache cache = new IdentifierCache();

  Customers(
      DataSource database,
      SystemClock clock,
      TransactionSynchronizationRegistry transactions,
      ErasedNames erasedNames) {
    this.database = database;
    this.clock = clock;
    this.transactions = transactions;
    this.erasedNames = erasedNames;
  }

  /**
   * The customers that {@code names} mean at {@code at}. A name that means nobody then becomes a
   * new customer with a party of its own, in the caller's transaction.
   *
   * <p>Two transactions that meet the same new name wait for each other and agree. New names are
   * written in sorted order; one call per transaction therefore never deadlocks with another.
   *
   * @param names {@code namespace:value}, repeats allowed
   * @return an id for each distinct name but those of customers who were erased
   * @throws IllegalArgumentException if a name is malformed; the message says which rule it breaks
   */
  public Map<String, Long> resolve(Collection<String> names, Instant at) {
    Map<String, Long> resolved = new HashMap<>();
    resolve(names.stream().map(name -> new Mention(name, at)).toList())
        .forEach((mention, id) -> resolved.put(mention.name(), id));
    return resolved;
  }

  /**
   * A name as it was used at an instant: numbers are recycled, so the name alone means nobody.
   *
   * @param name {@code namespace:value}
   */
  public record Mention(String name, Instant at) {}

  /** As {@link #resolve(Collection, Instant)}, each name at its own instant. */
  public Map<Mention, Long> resolve(Collection<Mention> mentions) {
    Map<String, CustomerName> names = new HashMap<>();
    mentions.forEach(mention -> names.computeIfAbsent(mention.name(), CustomerName::of));
    Set<CustomerName> outdated = new HashSet<>();
    Map<CustomerName, List<Identifier>> windows =
        windowsOf(new HashSet<>(names.values()), outdated);
    Map<Mention, Long> resolved = new HashMap<>();
    Map<Mention, CustomerName> unknown = new HashMap<>();
    for (Mention mention : new HashSet<>(mentions)) {
      CustomerName name = Objects.requireNonNull(names.get(mention.name()));
      windowAt(windows.getOrDefault(name, List.of()), mention.at())
          .ifPresentOrElse(
              window -> resolved.put(mention, window.customerId()),
              () -> unknown.put(mention, name));
    }
    Map<Claim, Set<Mention>> missing = claims(unknown, windows);
    if (!missing.isEmpty()) {
      create(missing, resolved);
      // What was read of these before does not know their new windows.
      missing.keySet().forEach(claim -> outdated.add(claim.name()));
      forget(outdated);
    }
    return resolved;
  }

  /** What is to be made for names that mean nobody; nothing for those who were erased. */
  private Map<Claim, Set<Mention>> claims(
      Map<Mention, CustomerName> unknown, Map<CustomerName, List<Identifier>> windows) {
    Map<Claim, Set<Mention>> missing = new TreeMap<>(IN_ORDER);
    if (unknown.isEmpty()) {
      return missing;
    }
    // Read after the windows: an erasure puts the bar in the place of the window at one stroke.
    Map<CustomerName, List<Identifier>> barred = barred(new HashSet<>(unknown.values()));
    unknown.forEach(
        (mention, name) -> {
          List<Identifier> bars = barred.getOrDefault(name, List.of());
          if (windowAt(bars, mention.at()).isEmpty()) {
            List<Identifier> taken = new ArrayList<>(windows.getOrDefault(name, List.of()));
            taken.addAll(bars);
            missing
                .computeIfAbsent(
                    new Claim(name, gapAt(taken, mention.at())), unused -> new HashSet<>())
                .add(mention);
          }
        });
    return missing;
  }

  /** The windows in which names mean nobody, because whom they meant was erased. */
  private Map<CustomerName, List<Identifier>> barred(Set<CustomerName> names) {
    Map<CustomerName, List<Identifier>> barred = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      erasedNames
          .of(connection, names)
          .forEach(
              (name, bars) ->
                  barred.put(
                      name,
                      bars.stream()
                          .map(bar -> new Identifier(NOBODY, bar.from(), bar.to()))
                          .toList()));
    } catch (SQLException e) {
      throw new IllegalStateException("erased names cannot be looked up", e);
    }
    return barred;
  }

  /** True if anybody was ever erased. */
  public boolean anybodyErased() {
    try (Connection connection = database.getConnection()) {
      return erasedNames.any(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("erased names cannot be looked up", e);
    }
  }

  /**
   * Those of these names that mean nobody at {@code at} and that whoever is erased had, be it long
   * before; a name that was readmitted is not among them.
   */
  public Set<CustomerName> erased(Set<CustomerName> names, Instant at) {
    try (Connection connection = database.getConnection()) {
      Set<CustomerName> erased = new HashSet<>();
      erasedNames
          .of(connection, names)
          .forEach(
              (name, bars) -> {
                if (bars.stream().anyMatch(bar -> bar.holdsAt(at) || bar.endedBeforeErasure())) {
                  erased.add(name);
                }
              });
      erased.removeAll(allStored(connection, erased, at).keySet());
      return erased;
    } catch (SQLException e) {
      throw new IllegalStateException("erased names cannot be looked up", e);
    }
  }

  /** The customer that {@code name} means at {@code at}, if any. */
  public Optional<Long> find(String name, Instant at) {
    CustomerName parsed = CustomerName.of(name);
    List<Identifier> windows = windowsOf(Set.of(parsed), Set.of()).getOrDefault(parsed, List.of());
    return windowAt(windows, at).map(Identifier::customerId);
  }

  /** As {@link #find}, from the database alone. */
  Optional<Long> findStored(Connection connection, CustomerName name, Instant at)
      throws SQLException {
    return Optional.ofNullable(allStored(connection, Set.of(name), at).get(name));
  }

  /** As {@link #findAll}, from the database alone. */
  static Map<CustomerName, Long> allStored(
      Connection connection, Collection<CustomerName> names, Instant at) throws SQLException {
    Map<CustomerName, Long> found = new HashMap<>();
    storedWindows(connection, names)
        .forEach(
            (name, all) ->
                windowAt(all, at).ifPresent(window -> found.put(name, window.customerId())));
    return found;
  }

  /** Every name that ever meant one of these customers, with its windows. */
  static Map<CustomerName, List<Identifier>> allNamesOf(
      Connection connection, Collection<Long> customerIds) throws SQLException {
    String sql =
        "SELECT namespace, value, valid_from, valid_to, customer_id FROM customer_identifier WHERE"
            + " customer_id IN (:ids)";
    Map<CustomerName, List<Identifier>> names = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(Jdbc.ofIds(sql, customerIds))) {
      Jdbc.bindIds(select, sql, customerIds);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          names
              .computeIfAbsent(
                  new CustomerName(row.getString(1), row.getString(2)), unused -> new ArrayList<>())
              .add(
                  new Identifier(
                      row.getLong(5), SqlTime.required(row, "valid_from"), SqlTime.read(row, 4)));
        }
      }
    }
    return names;
  }

  /** Those of these names that mean nobody at {@code at} but, it may be, these customers. */
  static Set<CustomerName> ofNobodyElse(
      Connection connection, Set<CustomerName> names, Set<Long> customerIds, Instant at)
      throws SQLException {
    Map<CustomerName, Long> mean = allStored(connection, names, at);
    Set<CustomerName> own = new HashSet<>();
    for (CustomerName name : names) {
      Long customer = mean.get(name);
      if (customer == null || customerIds.contains(customer)) {
        own.add(name);
      }
    }
    return own;
  }

  /**
   * Makes sure that customers stay until the caller's transaction ends. Whoever writes the first
   * row about a customer asks this, for a name may be remembered longer than the customer exists; a
   * row that is there already holds off an erasure by its lock.
   *
   * @return those of these customers that exist
   */
  public Set<Long> holdExisting(Connection connection, Collection<Long> customerIds)
      throws SQLException {
    Set<Long> existing = new HashSet<>();
    Jdbc.read(
        connection,
        "SELECT id FROM customer WHERE id IN (:ids) ORDER BY id LOCK IN SHARE MODE",
        customerIds,
        row -> existing.add(row.getLong(1)));
    return existing;
  }

  /** Forgets at once what is remembered of {@code names}, because it is not true any more. */
  public void forgetNow(Collection<String> names) {
    names.forEach(name -> cache.remove(CustomerName.of(name)));
  }

  /**
   * As {@link #find}, many names in few reads; a name that means nobody then is left out.
   *
   * @throws IllegalArgumentException if a name is malformed
   */
  public Map<String, Long> findAll(Collection<String> names, Instant at) {
    Map<String, CustomerName> parsed = new HashMap<>();
    names.forEach(name -> parsed.computeIfAbsent(name, CustomerName::of));
    Map<CustomerName, List<Identifier>> windows =
        windowsOf(new HashSet<>(parsed.values()), Set.of());
    Map<String, Long> found = new HashMap<>();
    parsed.forEach(
        (name, key) ->
            windowAt(windows.getOrDefault(key, List.of()), at)
                .ifPresent(window -> found.put(name, window.customerId())));
    return found;
  }

  /**
   * Records that a party wants no contact on any channel for any purpose, in the caller's
   * transaction.
   *
   * @param origin where the party said so, up to 100 characters
   */
  public void withdrawConsent(long partyId, Instant since, String origin) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) VALUES"
                    + " (?, '*', '*', FALSE, ?, ?)")) {
      insert.setLong(1, partyId);
      SqlTime.set(insert, 2, since);
      insert.setString(3, origin);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("consent cannot be withdrawn", e);
    }
  }

  /**
   * Records, in the caller's transaction, that what a party said so far counts no more: whoever
   * consents must do so after this, if need be in the same words.
   */
  public void askConsentAnew(long partyId, Instant since) {
    withdrawConsent(partyId, since, ConsentStatement.ASKED_ANEW);
  }

  /** The parties of {@code customerIds}, by customer; unknown ids are left out. */
  public Map<Long, Long> partiesOf(Collection<Long> customerIds) {
    Map<Long, Long> parties = new HashMap<>();
    read(
        "SELECT id, party_id FROM customer WHERE id IN ",
        customerIds,
        row -> parties.put(row.getLong(1), row.getLong(2)));
    return parties;
  }

  /**
   * The first name of each customer as {@code namespace:value}: the oldest, ties by name. Customers
   * without one are left out.
   */
  public Map<Long, String> namesOf(Collection<Long> customerIds) {
    Map<Long, String> names = new HashMap<>();
    read(
        "SELECT customer_id, namespace, value FROM customer_identifier"
            + " FORCE INDEX (customer_identifier_customer) WHERE customer_id IN ",
        " ORDER BY valid_from, namespace, value",
        customerIds,
        row ->
            names.putIfAbsent(
                row.getLong(1), new CustomerName(row.getString(2), row.getString(3)).toString()));
    return names;
  }

  /** How parties may be reached by phone, by party; unknown ids are left out. */
  public Map<Long, ContactCard> contactCards(Collection<Long> partyIds) {
    return contactCards(partyIds, List.of());
  }

  /**
   * As {@link #contactCards(Collection)}, with the marks of each party.
   *
   * @param fields of the profile that are marks: names of letters, digits, {@code _ . -}
   */
  public Map<Long, ContactCard> contactCards(Collection<Long> partyIds, Collection<String> fields) {
    Map<Long, List<String>> phones = contactPoints(partyIds, PHONE);
    Map<Long, Consents> consents = consents(partyIds);
    List<String> marks = List.copyOf(fields);
    Map<Long, ContactCard> cards = new HashMap<>();
    read(
        "SELECT p.id, p.zone, JSON_VALUE(c.profile, '$.name')"
            + marks.stream().map(Customers::isMarked).collect(Collectors.joining())
            + " FROM party p LEFT JOIN customer c ON c.party_id = p.id AND c.profile IS NOT NULL"
            + " WHERE p.id IN ",
        " ORDER BY c.id",
        partyIds,
        row -> {
          long party = row.getLong(1);
          ContactCard known = cards.get(party);
          String name = row.getString(3);
          Set<String> set = new HashSet<>(known == null ? Set.of() : known.marks());
          for (int i = 0; i < marks.size(); i++) {
            if (row.getBoolean(i + 4)) {
              set.add(marks.get(i));
            }
          }
          Consents said = consents.getOrDefault(party, Consents.NOTHING);
          cards.put(
              party,
              new ContactCard(
                  party,
                  row.getString(2),
                  phones.getOrDefault(party, List.of()),
                  said.consent(),
                  Set.copyOf(said.refused()),
                  known == null || known.displayName() == null ? name : known.displayName(),
                  Set.copyOf(set)));
        });
    return cards;
  }

  /** A field marks a customer unless it says no. */
  private static String isMarked(String field) {
    if (!field.matches("[A-Za-z0-9_.-]+")) {
      throw new IllegalArgumentException("not a plain name of a field: " + field);
    }
    return ", LOWER(JSON_VALUE(c.profile, '$.\"" + field + "\"')) NOT IN ('', '0', 'false', 'no')";
  }

  /**
   * What a party said of calls.
   *
   * @param consent to calls for retention: what it said last of them or of all
   * @param refused purposes, by what it said last of each
   */
  private record Consents(ContactCard.Consent consent, Set<String> refused) {

    static final Consents NOTHING = new Consents(ContactCard.Consent.UNKNOWN, Set.of());
  }

  private Map<Long, Consents> consents(Collection<Long> partyIds) {
    Map<Long, Consents> consents = new HashMap<>();
    read(
        "SELECT party_id, purpose, granted, channel FROM consent WHERE party_id IN ",
        " ORDER BY id",
        partyIds,
        row -> {
          if (!row.getString(4).equals(PHONE) && !row.getString(4).equals(ANY)) {
            return;
          }
          String purpose = row.getString(2);
          boolean granted = row.getBoolean(3);
          Consents before = consents.getOrDefault(row.getLong(1), Consents.NOTHING);
          Set<String> refused = new HashSet<>(before.refused());
          if (granted) {
            refused.remove(purpose);
          } else {
            refused.add(purpose);
          }
          ContactCard.Consent consent =
              !purpose.equals(RETENTION) && !purpose.equals(ANY)
                  ? before.consent()
                  : granted ? ContactCard.Consent.GRANTED : ContactCard.Consent.REFUSED;
          consents.put(row.getLong(1), new Consents(consent, refused));
        });
    return consents;
  }

  /** The numbers of parties on {@code channel}, newest first; parties without any are left out. */
  public Map<Long, List<String>> contactPoints(Collection<Long> partyIds, String channel) {
    Map<Long, List<String>> points = new HashMap<>();
    read(
        "SELECT party_id, value, channel FROM contact_point WHERE party_id IN ",
        " ORDER BY since DESC, value",
        partyIds,
        row -> {
          if (row.getString(3).equals(channel)) {
            points
                .computeIfAbsent(row.getLong(1), unused -> new ArrayList<>())
                .add(row.getString(2));
          }
        });
    return points;
  }

  /** A customer and its party. */
  public record Member(long customerId, long partyId) {}

  /**
   * The customers of the parties that have a number, at most 20, by customer. Two numbers are the
   * same if one ends with all digits of the other, so that a country code and zeros before it do
   * not matter; with fewer than five digits nobody is meant.
   */
  public List<Member> ofNumber(String number) {
    String digits = digits(number);
    if (digits.length() < FEWEST_NUMBER_DIGITS) {
      return List.of();
    }
    Set<Member> members = new LinkedHashSet<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.id, c.party_id, p.value FROM contact_point p JOIN customer c ON"
                    + " c.party_id = p.party_id WHERE p.number_key = ? AND p.channel IN ('phone',"
                    + " 'sms') ORDER BY c.id LIMIT 200")) {
      select.setString(1, digits.substring(Math.max(0, digits.length() - NUMBER_DIGITS)));
      try (ResultSet row = select.executeQuery()) {
        while (row.next() && members.size() < MOST_OF_A_NUMBER) {
          String other = digits(row.getString(3));
          if (other.endsWith(digits) || digits.endsWith(other)) {
            members.add(new Member(row.getLong(1), row.getLong(2)));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("who has a number cannot be read", e);
    }
    return List.copyOf(members);
  }

  private static String digits(String number) {
    // +44 (0)20: a zero that is dialled only without the country code.
    return number.replace("(0)", "").replaceAll("[^0-9]", "").replaceFirst("^0+", "");
  }

  /**
   * Locks parties for the caller's transaction, in sorted order: who contacts a party or forbids it
   * does so one after the other.
   *
   * @return those that exist
   */
  public Set<Long> lockParties(Connection connection, Collection<Long> partyIds)
      throws SQLException {
    return lock(connection, partyIds, "");
  }

  /**
   * Locks a party for the caller's transaction, or the one into which it went when its last
   * customer joined that.
   *
   * @return which it is
   */
  public long lockJoined(Connection connection, long partyId) throws SQLException {
    long party = partyId;
    for (int i = 0; i < MOST_JOINS; i++) {
      try (PreparedStatement select =
          connection.prepareStatement("SELECT merged_into FROM party WHERE id = ? FOR UPDATE")) {
        select.setLong(1, party);
        try (ResultSet row = select.executeQuery()) {
          Long into = row.next() ? row.getObject(1, Long.class) : null;
          if (into == null) {
            return party;
          }
          party = into;
        }
      }
    }
    return party;
  }

  /** As {@link #lockParties(Connection, Collection)}, over a connection of the transaction. */
  public Set<Long> lockParties(Collection<Long> partyIds) {
    try (Connection connection = database.getConnection()) {
      return lockParties(connection, partyIds);
    } catch (SQLException e) {
      throw new IllegalStateException("parties cannot be locked", e);
    }
  }

  /** As {@link #lockParties}, leaving out those whom somebody else has locked. */
  public Set<Long> lockFreeParties(Connection connection, Collection<Long> partyIds)
      throws SQLException {
    return lock(connection, partyIds, " SKIP LOCKED");
  }

  private static Set<Long> lock(Connection connection, Collection<Long> partyIds, String how)
      throws SQLException {
    Set<Long> locked = new TreeSet<>();
    Jdbc.read(
        connection,
        "SELECT id FROM party WHERE id IN (:ids) ORDER BY id FOR UPDATE" + how,
        partyIds,
        row -> locked.add(row.getLong(1)));
    return locked;
  }

  /** Forgets what is cached of {@code names}, once the caller's transaction has ended. */
  void forget(Collection<CustomerName> names) {
    afterTransaction(committed -> names.forEach(cache::remove));
  }

  private static Optional<Identifier> windowAt(List<Identifier> windows, Instant at) {
    return windows.stream().filter(window -> window.holdsAt(at)).findFirst();
  }

  /** The free window around {@code at}: a recycled name means somebody new between two others. */
  private static Identifier gapAt(List<Identifier> windows, Instant at) {
    Instant from = Identifier.ALWAYS;
    Instant to = null;
    for (Identifier window : windows) {
      Instant end = window.validTo();
      if (end != null && !end.isAfter(at) && end.isAfter(from)) {
        from = end;
      }
      if (window.validFrom().isAfter(at) && (to == null || window.validFrom().isBefore(to))) {
        to = window.validFrom();
      }
    }
    return new Identifier(0, from, to);
  }

  /**
   * Reads what names mean, from the cache where it can.
   *
   * @param outdated those that are not to be cached, as it stands when the transaction ends
   */
  private Map<CustomerName, List<Identifier>> windowsOf(
      Set<CustomerName> names, Set<CustomerName> outdated) {
    Map<CustomerName, List<Identifier>> windows = new HashMap<>();
    List<CustomerName> uncached = new ArrayList<>();
    for (CustomerName name : names) {
      List<Identifier> cached = cache.get(name);
      if (cached == null) {
        uncached.add(name);
      } else {
        windows.put(name, cached);
      }
    }
    if (uncached.isEmpty()) {
      return windows;
    }
    Map<CustomerName, List<Identifier>> read;
    try (Connection connection = database.getConnection()) {
      read = storedWindows(connection, uncached);
    } catch (SQLException e) {
      throw new IllegalStateException("customers cannot be looked up", e);
    }
    afterTransaction(
        committed -> {
          if (committed) {
            read.keySet().removeAll(outdated);
            read.forEach(cache::put);
          }
        });
    windows.putAll(read);
    return windows;
  }

  private static Map<CustomerName, List<Identifier>> storedWindows(
      Connection connection, Collection<CustomerName> names) throws SQLException {
    Map<String, Set<String>> values = new TreeMap<>();
    for (CustomerName name : names) {
      values.computeIfAbsent(name.namespace(), unused -> new TreeSet<>()).add(name.value());
    }
    Map<CustomerName, List<Identifier>> windows = new HashMap<>();
    for (Map.Entry<String, Set<String>> entry : values.entrySet()) {
      for (List<String> chunk : Jdbc.fullChunks(List.copyOf(entry.getValue()))) {
        readWindows(connection, entry.getKey(), chunk, windows);
      }
    }
    return windows;
  }

  private static void readWindows(
      Connection connection,
      String namespace,
      List<String> values,
      Map<CustomerName, List<Identifier>> windows)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT value, valid_from, valid_to, customer_id FROM customer_identifier"
                + " WHERE namespace = ? AND value IN "
                + places(values))) {
      select.setString(1, namespace);
      for (int i = 0; i < values.size(); i++) {
        select.setString(i + 2, values.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          windows
              .computeIfAbsent(
                  new CustomerName(namespace, row.getString(1)), unused -> new ArrayList<>())
              .add(
                  new Identifier(
                      row.getLong(4),
                      Objects.requireNonNull(SqlTime.read(row, 2)),
                      SqlTime.read(row, 3)));
        }
      }
    }
  }

  private void create(Map<Claim, Set<Mention>> missing, Map<Mention, Long> resolved) {
    try (Connection connection = database.getConnection()) {
      Map<Claim, Long> created = new HashMap<>();
      List<Claim> claims = List.copyOf(missing.keySet());
      for (int from = 0; from < claims.size(); from += CHUNK) {
        createChunk(
            connection, claims.subList(from, Math.min(claims.size(), from + CHUNK)), created);
      }
      for (Map.Entry<Claim, Set<Mention>> entry : missing.entrySet()) {
        Long id = created.get(entry.getKey());
        CustomerName name = entry.getKey().name();
        Map<CustomerName, List<Identifier>> winners = new HashMap<>();
        if (id == null) {
          readWindows(connection, name.namespace(), List.of(name.value()), winners);
        }
        for (Mention mention : entry.getValue()) {
          resolved.put(
              mention, id != null ? id : wonBy(winners.getOrDefault(name, List.of()), mention));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("customers cannot be made", e);
    }
  }

  private static long wonBy(List<Identifier> windows, Mention mention) {
    return windowAt(windows, mention.at())
        .orElseThrow(() -> new IllegalStateException("the name of a customer was ended meanwhile"))
        .customerId();
  }

  /**
   * Claims the names first and makes customers only for those that nobody else claimed. A claim has
   * no customer yet, which nobody sees, because it is filled in before the commit.
   */
  private void createChunk(Connection connection, List<Claim> chunk, Map<Claim, Long> created)
      throws SQLException {
    Set<List<Object>> claimed = claim(connection, chunk);
    List<Claim> won = chunk.stream().filter(one -> claimed.contains(one.key())).toList();
    if (won.isEmpty()) {
      return;
    }
    Instant now = clock.now();
    List<Long> ids = insertCustomers(connection, insertParties(connection, won.size(), now), now);
    for (int i = 0; i < won.size(); i++) {
      created.put(won.get(i), ids.get(i));
    }
    fillIn(connection, won, ids);
  }

  private static List<Long> insertParties(Connection connection, int rows, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO party (created_at) VALUES "
                + String.join(", ", Collections.nCopies(rows, "(?)"))
                + " RETURNING id")) {
      for (int i = 1; i <= rows; i++) {
        insert.setObject(i, SqlTime.of(now));
      }
      List<Long> ids = new ArrayList<>(rows);
      try (ResultSet row = insert.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  private static List<Long> insertCustomers(Connection connection, List<Long> parties, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO customer (party_id, created_at) VALUES "
                + String.join(", ", Collections.nCopies(parties.size(), "(?, ?)"))
                + " RETURNING id")) {
      int i = 1;
      for (Long party : parties) {
        insert.setLong(i++, party);
        insert.setObject(i++, SqlTime.of(now));
      }
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = insert.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  /** The keys that this transaction has claimed; the others are another one's. */
  private static Set<List<Object>> claim(Connection connection, List<Claim> chunk)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE"
                + INTO_IDENTIFIERS
                + identifierPlaces(chunk.size())
                + " RETURNING namespace, value, valid_from")) {
      bind(insert, chunk, Collections.nCopies(chunk.size(), 0L));
      Set<List<Object>> claimed = new HashSet<>();
      try (ResultSet row = insert.executeQuery()) {
        while (row.next()) {
          claimed.add(
              List.of(
                  new CustomerName(row.getString(1), row.getString(2)),
                  Objects.requireNonNull(SqlTime.read(row, 3))));
        }
      }
      return claimed;
    }
  }

  private static void fillIn(Connection connection, List<Claim> claimed, List<Long> ids)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT"
                + INTO_IDENTIFIERS
                + identifierPlaces(claimed.size())
                + " ON DUPLICATE KEY UPDATE customer_id = VALUES(customer_id)")) {
      bind(upsert, claimed, ids);
      upsert.executeUpdate();
    }
  }

  private static String identifierPlaces(int rows) {
    return String.join(", ", Collections.nCopies(rows, "(?, ?, ?, ?, ?)"));
  }

  private static void bind(PreparedStatement insert, List<Claim> rows, List<Long> ids)
      throws SQLException {
    int i = 1;
    for (int n = 0; n < rows.size(); n++) {
      insert.setString(i++, rows.get(n).name().namespace());
      insert.setString(i++, rows.get(n).name().value());
      insert.setObject(i++, SqlTime.of(rows.get(n).window().validFrom()));
      insert.setObject(i++, SqlTime.of(rows.get(n).window().validTo()));
      insert.setLong(i++, ids.get(n));
    }
  }

  private void read(String select, Collection<Long> ids, Jdbc.Row reader) {
    read(select, "", ids, reader);
  }

  private void read(String select, String order, Collection<Long> ids, Jdbc.Row reader) {
    try (Connection connection = database.getConnection()) {
      Jdbc.read(connection, select + "(:ids)" + order, ids, reader);
    } catch (SQLException e) {
      throw new IllegalStateException("customers cannot be read", e);
    }
  }

  private interface End {
    void ended(boolean committed);
  }

  private void afterTransaction(End end) {
    if (transactions.getTransactionKey() == null) {
      end.ended(true);
      return;
    }
    transactions.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // Nothing to do before the outcome is known.
          }

          @Override
          public void afterCompletion(int status) {
            end.ended(status == Status.STATUS_COMMITTED);
          }
        });
  }

  private static String places(List<?> values) {
    return "(" + Jdbc.marks(values.size()) + ")";
  }
}
