package dev.holdfast.customer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.CustomerChange.ConsentGiven;
import dev.holdfast.customer.CustomerChange.ContactPointGiven;
import dev.holdfast.customer.CustomerChange.IdentifierGiven;
import dev.holdfast.event.CustomerName;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What is known about customers: read and changed one at a time. */
@ApplicationScoped
public class CustomerRecords {

  private static final int MAX_PROFILE_NAME = 100;
  private static final int MAX_PROFILE_TEXT = 1_000;
  private static final int MAX_PROFILE_BYTES = 60_000;
  private static final String JOINED = "party joined";
  private static final Instant LATEST = Instant.parse("9900-01-01T00:00:00Z");
  private static final TypeReference<TreeMap<String, Object>> PROFILE = new TypeReference<>() {};

  private final Customers customers;
  private final BusinessClock clock;
  private final EntityManager entities;
  private final ObjectMapper json;
  private final ProfileChanges profileChanges;
  private final ErasedNames erasedNames;
  private final DataSource database;
  private final List<PartyJoins> joins;

  CustomerRecords(
      Customers customers,
      BusinessClock clock,
      EntityManager entities,
      ObjectMapper json,
      ProfileChanges profileChanges,
      ErasedNames erasedNames,
      DataSource database,
      @All List<PartyJoins> joins) {
    this.customers = customers;
    this.clock = clock;
    this.entities = entities;
    this.json = json;
    this.profileChanges = profileChanges;
    this.erasedNames = erasedNames;
    this.database = database;
    this.joins = joins;
  }

  /** What an absent zone, profile or list of contact points means in a change. */
  public enum Absent {
    /** Nothing is known any more. */
    REPLACED,
    /** What is known stays. */
    KEPT
  }

  /** A customer and the version of what is known about it. */
  public record Versioned(CustomerView view, String version) {}

  /**
   * What a change did.
   *
   * @param customerId internal
   * @param created whether the customer is new
   * @param version of what is known now
   * @param statements consent that was not on record before
   */
  public record Changed(
      long customerId, boolean created, String version, List<ConsentGiven> statements) {}

  /** What is known about the customer whom {@code name} means now. */
  @Transactional
  public Versioned read(String name) {
    Customer customer =
        customers
            .find(parsed(name).toString(), clock.now())
            .map(id -> Customer.<Customer>findById(id))
            .orElseThrow(() -> unknown(name));
    return new Versioned(view(customer), version(customer));
  }

  /** As {@link #change(String, CustomerChange, Absent, String, String)}, replacing. */
  @Transactional
  public Changed change(
      String name, CustomerChange change, @Nullable String ifVersion, String origin) {
    return change(name, change, Absent.REPLACED, ifVersion, origin);
  }

  /**
   * Creates or changes a customer in the caller's transaction. The same change twice changes
   * nothing the second time.
   *
   * @param ifVersion the version the caller has seen, null if it does not matter
   * @param origin who or what brings it, kept with consent
   * @throws Problem 400 or 422 if a value is wrong, 409 if a name belongs to somebody else, 410 if
   *     the customer was erased, 412 if the version is stale
   */
  @Transactional
  public Changed change(
      String name,
      CustomerChange change,
      Absent absent,
      @Nullable String ifVersion,
      String origin) {
    CustomerName parsed = parsed(name);
    Instant now = clock.now();
    boolean created = customers.find(name, now).isEmpty();
    if (created && ifVersion != null) {
      throw stale("there is no such customer yet");
    }
    Customer customer = locked(parsed, now);
    long id = Objects.requireNonNull(customer.id);
    if (ifVersion != null && !ifVersion.equals(version(customer))) {
      throw stale("it was changed meanwhile");
    }
    joinParty(customer, change.party(), now);
    entities.lock(customer.party, LockModeType.PESSIMISTIC_WRITE);
    boolean replaced = absent == Absent.REPLACED;
    if (replaced || change.profile() != null) {
      String profile = profile(change.profile());
      if (!Objects.equals(profile, customer.profile)) {
        customer.profile = profile;
        profileChanges.changed(id);
      }
    }
    if (replaced || change.zone() != null) {
      customer.party.zone = zone(change.zone());
    }
    boolean touched =
        (replaced || change.contactPoints() != null)
            && setContactPoints(customer.party, change.contactPoints(), now);
    List<ConsentGiven> statements = addConsent(customer.party, change.consent(), now, origin);
    boolean renamed = addIdentifiers(id, change.identifiers());
    entities.flush();
    if (touched || !statements.isEmpty()) {
      entities.lock(customer.party, LockModeType.PESSIMISTIC_FORCE_INCREMENT);
    }
    if (renamed) {
      entities.lock(customer, LockModeType.PESSIMISTIC_FORCE_INCREMENT);
    }
    return new Changed(id, created, version(customer), statements);
  }

  /** Whom a name means, made if it is nobody, and locked. */
  private Customer locked(CustomerName name, Instant now) {
    for (int i = 0; i < 2; i++) {
      Long id = customers.resolve(List.of(name.toString()), now).get(name.toString());
      if (id == null) {
        break;
      }
      Customer customer = Customer.findById(id, LockModeType.PESSIMISTIC_WRITE);
      if (customer != null) {
        return customer;
      }
      // Erased a moment ago, and the name is still remembered here.
      customers.forgetNow(List.of(name.toString()));
    }
    throw Problem.of(
        410,
        "Gone",
        name
            + " was erased and is not taken again. If somebody new has the name, or the customer"
            + " came back, readmit it: POST /api/v1/customers/{customer}/readmission.");
  }

  static CustomerName parsed(String name) {
    try {
      return CustomerName.of(name);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static Problem unknown(String name) {
    return Problem.notFound("There is no customer " + name + ".");
  }

  private static Problem stale(String why) {
    return Problem.of(
        412,
        "Precondition Failed",
        "The customer is not as If-Match says: " + why + ". Read it again.");
  }

  private static String version(Customer customer) {
    return customer.version + "-" + customer.party.id + "-" + customer.party.version;
  }

  private void joinParty(Customer customer, @Nullable String name, Instant now) {
    if (name == null) {
      return;
    }
    Long other = customers.find(parsed(name).toString(), now).orElse(null);
    if (other == null) {
      throw Problem.unprocessable(
          "party: there is no customer " + name + " whose party could be shared; create it first.");
    }
    Customer found = Customer.findById(other);
    if (found == null) {
      throw Problem.notFound("There is no customer " + name + " any more.");
    }
    Party before = customer.party;
    long from = Objects.requireNonNull(before.id);
    long to = Objects.requireNonNull(found.party.id);
    if (from == to) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      // Whoever forbids or begins a call meanwhile waits, and then finds the customer there.
      customers.lockParties(connection, List.of(from, to));
      boolean last = Customer.count("party.id = ?1 and id <> ?2", from, customer.id) == 0;
      customer.party = found.party;
      // Nothing else leads from a party without customers to those who would want it erased.
      if (last) {
        before.mergedInto = to;
      }
      found.party.mergedInto = null;
      entities.flush();
      carryRefusals(from, to);
      PartyJoins.Join join =
          new PartyJoins.Join(Objects.requireNonNull(customer.id), from, to, last);
      for (PartyJoins one : joins) {
        one.joined(connection, join);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a party cannot be joined", e);
    }
  }

  /** What a party refused and did not grant again is refused by the party that it joins. */
  private static void carryRefusals(long from, long to) {
    List<ConsentStatement> said = ConsentStatement.of(from);
    for (int i = 0; i < said.size(); i++) {
      ConsentStatement one = said.get(i);
      boolean overtaken =
          one.granted
              || said.subList(i + 1, said.size()).stream()
                  .anyMatch(later -> later.given().covers(one.given()));
      if (!overtaken) {
        ConsentStatement carried = new ConsentStatement();
        carried.partyId = to;
        carried.channel = one.channel;
        carried.purpose = one.purpose;
        carried.granted = false;
        carried.since = one.since;
        // What the party that is joined said holds on, as far as it goes.
        carried.origin = one.asksAnew() ? JOINED : one.origin;
        carried.persist();
      }
    }
  }

  private static @Nullable String zone(@Nullable String zone) {
    if (zone == null || ZoneId.getAvailableZoneIds().contains(zone)) {
      return zone;
    }
    throw Problem.badRequest(
        "zone must be an IANA zone such as Asia/Shanghai, was \"" + zone + "\".");
  }

  private @Nullable String profile(@Nullable Map<String, @Nullable Object> given) {
    if (given == null) {
      return null;
    }
    Map<String, Object> kept = new TreeMap<>();
    for (Map.Entry<String, @Nullable Object> entry : given.entrySet()) {
      Object value = entry.getValue();
      boolean plain =
          value == null
              || value instanceof Boolean
              || value instanceof Number
              || (value instanceof String text
                  && text.length() <= MAX_PROFILE_TEXT
                  && isEncodable(text));
      if (!plain
          || !isEncodable(entry.getKey())
          || entry.getKey().isBlank()
          || entry.getKey().length() > MAX_PROFILE_NAME) {
        throw Problem.badRequest(
            "profile takes names of at most 100 characters with a text of at most 1,000, a number"
                + " or true or false; \""
                + entry.getKey()
                + "\" is not so.");
      }
      if (value != null) {
        kept.put(entry.getKey(), value);
      }
    }
    if (kept.isEmpty()) {
      return null;
    }
    try {
      String written = json.writeValueAsString(kept);
      int bytes = written.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_PROFILE_BYTES) {
        throw Problem.badRequest(
            "profile may have at most " + MAX_PROFILE_BYTES + " bytes, had " + bytes + ".");
      }
      return written;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a profile of plain values can be written", e);
    }
  }

  private static boolean setContactPoints(
      Party party, @Nullable List<ContactPointGiven> given, Instant now) {
    long partyId = Objects.requireNonNull(party.id);
    Set<ContactPoint.Key> wanted = new LinkedHashSet<>();
    if (given != null) {
      for (ContactPointGiven point : given) {
        wanted.add(new ContactPoint.Key(partyId, point.channel(), contactValue(point)));
      }
    }
    boolean changed = false;
    for (ContactPoint present : ContactPoint.of(partyId)) {
      if (!wanted.remove(present.key)) {
        present.delete();
        changed = true;
      }
    }
    for (ContactPoint.Key key : wanted) {
      ContactPoint point = new ContactPoint();
      point.key = key;
      point.since = now;
      point.persist();
      changed = true;
    }
    return changed;
  }

  private static String contactValue(ContactPointGiven point) {
    String value = point.value().strip();
    boolean number = point.channel().equals("phone") || point.channel().equals("sms");
    if (number && !isNumber(value)) {
      throw Problem.badRequest(
          "a "
              + point.channel()
              + " number has 3 to 20 digits, with + - ( ) . or blanks between them.");
    }
    requirePlain("a contact point", value);
    return value;
  }

  private static void requirePlain(String what, String text) {
    if (text.chars().anyMatch(Character::isISOControl) || !isEncodable(text)) {
      throw Problem.badRequest(what + " must not hold control characters or half surrogate pairs.");
    }
  }

  /** False if the text holds half of a surrogate pair, which no table can keep. */
  private static boolean isEncodable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isNumber(String value) {
    long digits = value.chars().filter(c -> c >= '0' && c <= '9').count();
    return digits >= 3
        && digits <= 20
        && value.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-(). ".indexOf(c) >= 0);
  }

  private static List<ConsentGiven> addConsent(
      Party party, @Nullable List<ConsentGiven> given, Instant now, String origin) {
    if (given == null || given.isEmpty()) {
      return List.of();
    }
    long partyId = Objects.requireNonNull(party.id);
    List<ConsentGiven> added = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      ConsentGiven statement = given.get(i);
      requirePlain("the purpose of consent", statement.purpose());
      boolean known = isKnown(partyId, statement, given.subList(i + 1, given.size()));
      // All is refused but this, in one change.
      boolean exception =
          statement.granted()
              && added.stream().anyMatch(before -> !before.granted() && before.covers(statement));
      if (!known || exception) {
        ConsentStatement row = new ConsentStatement();
        row.partyId = partyId;
        row.channel = statement.channel();
        row.purpose = statement.purpose();
        row.granted = statement.granted();
        row.since = now;
        row.origin = origin;
        row.persist();
        added.add(statement);
      }
    }
    return added;
  }

  /**
   * True if a statement is on record already and would change nothing. One that was made before
   * consent had to be given anew is made again, with a date and an origin of its own; so is a
   * refusal after which consent was given to a part of it.
   *
   * @param later what the same change says after it
   */
  private static boolean isKnown(long partyId, ConsentGiven statement, List<ConsentGiven> later) {
    boolean known = false;
    for (ConsentStatement one : ConsentStatement.of(partyId)) {
      if (one.given().isOf(statement)) {
        known = one.granted == statement.granted();
      }
      boolean overtaken =
          one.granted
              && !statement.granted()
              && one.given().overlaps(statement)
              && !later.contains(one.given());
      if (overtaken || one.asksAnew()) {
        known = false;
      }
    }
    return known;
  }

  private boolean addIdentifiers(long customerId, @Nullable List<IdentifierGiven> given) {
    if (given == null) {
      return false;
    }
    boolean changed = false;
    List<CustomerName> names = new ArrayList<>();
    for (IdentifierGiven identifier : given) {
      CustomerName name = parsed(identifier.namespace() + ":" + identifier.value());
      changed |= addIdentifier(customerId, name, identifier.validFrom(), identifier.validTo());
      names.add(name);
    }
    customers.forget(names);
    return changed;
  }

  private boolean addIdentifier(
      long customerId, CustomerName name, @Nullable Instant validFrom, @Nullable Instant validTo) {
    Instant from = validFrom == null ? Identifier.ALWAYS : validFrom;
    if (from.isBefore(Identifier.ALWAYS)
        || !from.isBefore(LATEST)
        || (validTo != null && (!validTo.isAfter(from) || !validTo.isBefore(LATEST)))) {
      throw Problem.badRequest(
          name
              + ": validTo must be after validFrom, validFrom not before 1900 and both before"
              + " 9900.");
    }
    for (IdentifierRow row : IdentifierRow.named(name.namespace(), name.value())) {
      boolean overlaps =
          (validTo == null || row.key.validFrom().isBefore(validTo))
              && (row.validTo == null || row.validTo.isAfter(from));
      if (!overlaps) {
        continue;
      }
      if (row.customerId == customerId) {
        if (row.key.validFrom().equals(from) && Objects.equals(row.validTo, validTo)) {
          return false;
        }
        row.delete();
      } else if (row.validTo == null && row.key.validFrom().isBefore(from)) {
        row.validTo = from;
      } else {
        throw Problem.conflict(
            name
                + " means another customer from "
                + row.key.validFrom()
                + (row.validTo == null ? " on" : " to " + row.validTo)
                + "; end that first, or give a later validFrom.");
      }
    }
    endBars(name, from, validTo);
    // Before the insert, which may have the key of a deleted row.
    entities.flush();
    IdentifierRow row = new IdentifierRow();
    row.key = new IdentifierRow.Key(name.namespace(), name.value(), from);
    row.validTo = validTo;
    row.customerId = customerId;
    row.persist();
    return true;
  }

  /** A name of somebody who was erased may be given to somebody new from after the erasure on. */
  private void endBars(CustomerName name, Instant from, @Nullable Instant validTo) {
    try (Connection connection = database.getConnection()) {
      for (ErasedNames.Bar bar :
          erasedNames.of(connection, Set.of(name)).getOrDefault(name, List.of())) {
        boolean overlaps =
            (validTo == null || bar.from().isBefore(validTo))
                && (bar.to() == null || bar.to().isAfter(from));
        if (!overlaps) {
          continue;
        }
        if (bar.to() != null || from.isBefore(bar.erasedAt())) {
          throw Problem.conflict(
              name
                  + " meant a customer who was erased at "
                  + bar.erasedAt()
                  + "; give a later validFrom.");
        }
        erasedNames.end(connection, name, bar, from);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("erased names cannot be looked up", e);
    }
  }

  private CustomerView view(Customer customer) {
    long id = Objects.requireNonNull(customer.id);
    long partyId = Objects.requireNonNull(customer.party.id);
    List<Long> members =
        Customer.<Customer>list("party.id = ?1 order by id", partyId).stream()
            .map(member -> Objects.requireNonNull(member.id))
            .toList();
    Map<Long, String> names = customers.namesOf(members);
    return new CustomerView(
        IdentifierRow.of(id).stream()
            .map(
                row ->
                    new CustomerView.IdentifierView(
                        row.key.namespace(),
                        row.key.value(),
                        row.key.validFrom().equals(Identifier.ALWAYS) ? null : row.key.validFrom(),
                        row.validTo))
            .toList(),
        members.stream().map(names::get).filter(Objects::nonNull).toList(),
        customer.party.zone,
        readProfile(customer.profile),
        ContactPoint.of(partyId).stream()
            .map(point -> new CustomerView.ContactPointView(point.key.channel(), point.key.value()))
            .toList(),
        ConsentStatement.present(partyId).stream()
            .map(
                row ->
                    new CustomerView.ConsentView(
                        row.channel, row.purpose, row.granted, row.since, row.origin))
            .toList());
  }

  private Map<String, Object> readProfile(@Nullable String profile) {
    try {
      return profile == null ? Map.of() : json.readValue(profile, PROFILE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored profile is not JSON", e);
    }
  }
}
