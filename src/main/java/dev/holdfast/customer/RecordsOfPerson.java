package dev.holdfast.customer;

import dev.holdfast.event.CustomerName;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Quarantine;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who a person is, what it said about being contacted, and what it did. */
@ApplicationScoped
class RecordsOfPerson implements PersonalData {

  private final EventStore events;
  private final Quarantine quarantine;
  private final BusinessClock clock;

  RecordsOfPerson(EventStore events, Quarantine quarantine, BusinessClock clock) {
    this.events = events;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  /** An event as exported. */
  private record Done(
      Instant occurredAt,
      Instant availableAt,
      boolean availableAssumed,
      boolean backfill,
      String source,
      String kind,
      String name,
      int count,
      @Nullable BigDecimal amount,
      @Nullable String currency,
      @Nullable String channel,
      Map<String, Object> properties) {

    static Done of(Event event) {
      return new Done(
          event.occurredAt(),
          event.availableAt(),
          event.availableAssumed(),
          event.backfill(),
          event.source(),
          event.kind().wireName(),
          event.name(),
          event.count(),
          event.amount(),
          event.currency(),
          event.channel(),
          event.properties());
    }
  }

  /**
   * A message that could not be read as an event.
   *
   * @param position where it lay on the log
   * @param message null if it names others too, whose data are not this person's to have
   */
  private record Unread(
      String position,
      Instant quarantinedAt,
      String source,
      String reason,
      @Nullable String message) {

    static Unread of(Quarantine.Kept kept) {
      byte[] payload = kept.payload();
      return new Unread(
          kept.position().toString(),
          kept.quarantinedAt(),
          kept.source(),
          kept.reason(),
          payload == null ? null : new String(payload, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    Set<Long> customerIds = person.customerIds();
    Set<Long> partyIds = person.partyIds();
    document.rows(
        connection,
        "identifiers",
        "SELECT namespace, value, valid_from AS validFrom, valid_to AS validTo FROM"
            + " customer_identifier WHERE customer_id IN (:ids) ORDER BY valid_from, namespace,"
            + " value",
        customerIds);
    document.rows(
        connection,
        "profile",
        "SELECT profile AS fields, created_at AS knownSince FROM customer WHERE id IN (:ids)",
        customerIds,
        "fields");
    document.rows(
        connection,
        "zone",
        "SELECT zone, created_at AS knownSince FROM party WHERE id IN (:ids)",
        partyIds);
    document.rows(
        connection,
        "contactPoints",
        "SELECT channel, value, since FROM contact_point WHERE party_id IN (:ids) ORDER BY since",
        partyIds);
    document.rows(
        connection,
        "consent",
        "SELECT channel, purpose, granted, since, origin FROM consent WHERE party_id IN (:ids)"
            + " ORDER BY id",
        partyIds);
    document.startList("events");
    for (long customerId : customerIds) {
      events.forEachOf(connection, customerId, event -> write(document, event));
    }
    document.endList();
    document.startList("unreadMessages");
    Set<CustomerName> names = Customers.allNamesOf(connection, customerIds).keySet();
    Set<CustomerName> own = Customers.ofNobodyElse(connection, names, customerIds, clock.now());
    for (Quarantine.Kept kept : quarantine.naming(names, own)) {
      document.item(Unread.of(kept));
    }
    document.endList();
  }

  private static void write(PersonalDocument document, Event event) {
    try {
      document.item(Done.of(event));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The names are barred by {@link Erasures}, which also removes what is in quarantine. */
  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Set<Long> customerIds = person.customerIds();
    Set<Long> partyIds = person.partyIds();
    events.erase(connection, customerIds);
    Jdbc.change(
        connection, "DELETE FROM customer_identifier WHERE customer_id IN (:ids)", customerIds);
    Jdbc.change(connection, "DELETE FROM customer WHERE id IN (:ids)", customerIds);
    Jdbc.change(connection, "DELETE FROM contact_point WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM consent WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM party WHERE id IN (:ids)", partyIds);
  }
}
