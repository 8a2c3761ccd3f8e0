package dev.holdfast.desk;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.DoNotContact;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What came of the calls that customers made: by it agents are known, and wishes are heard. */
@ApplicationScoped
class InboundCalls {

  private static final Duration OLDEST = Duration.ofDays(30);
  private static final int LONGEST_ORIGIN = 80;

  private final DataSource database;
  private final Customers customers;
  private final DoNotContact doNotContact;
  private final BusinessClock clock;

  InboundCalls(
      DataSource database, Customers customers, DoNotContact doNotContact, BusinessClock clock) {
    this.database = database;
    this.customers = customers;
    this.doNotContact = doNotContact;
    this.clock = clock;
  }

  /**
   * A call that has ended.
   *
   * @param callId the contact centre's own
   * @param customer {@code namespace:value}, null if nobody knows
   * @param phone number from which the call came, null if suppressed
   * @param skill of the queue
   * @param seconds that it took, null if unknown
   * @param exploration true if the agent was drawn at random
   * @param propensity with which the agent came first; null if not by our ranking
   */
  record Ended(
      String callId,
      @Nullable String customer,
      @Nullable String phone,
      String agent,
      String skill,
      Disposition disposition,
      @Nullable OutcomeReason reason,
      @Nullable Instant endedAt,
      @Nullable Integer seconds,
      boolean exploration,
      @Nullable Double propensity) {

    /** Blanks around a name mean nothing. */
    Ended {
      callId = callId.strip();
      agent = agent.strip();
      skill = skill.strip();
    }
  }

  /**
   * Takes a call down, in a transaction of its own; do-not-contact holds from then on, for the
   * person, or for the number where nobody knows whose it is, also by a repeat of the report.
   *
   * @return false if it was there already
   * @throws IllegalArgumentException or {@link Problem} if it cannot be taken; the message says why
   */
  @Retried
  boolean take(Ended call, String actor) {
    Instant now = clock.now();
    Instant at = call.endedAt() == null ? now : call.endedAt();
    if (at.isAfter(now) || at.isBefore(now.minus(OLDEST))) {
      throw new IllegalArgumentException(
          "endedAt must lie within the last 30 days, was " + at + ", now is " + now);
    }
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              String name = call.customer();
              Optional<Long> customer = name == null ? Optional.empty() : held(name, at);
              if (!insert(call, customer.orElse(null), at, now, actor)) {
                mustBe(call, customer);
                // Whose call it was may be known only now.
                if (customer.isPresent() || hasNumber(call)) {
                  forbid(call, customer, actor);
                }
                return false;
              }
              forbid(call, customer, actor);
              return true;
            });
  }

  /**
   * Whom a name means, who then stays until the call is taken down; nobody if they were erased a
   * moment ago, for the name may be remembered longer.
   */
  private Optional<Long> held(String name, Instant at) throws SQLException {
    Optional<Long> customer = customers.find(name, at);
    if (customer.isEmpty()) {
      return customer;
    }
    try (Connection connection = database.getConnection()) {
      if (!customers.holdExisting(connection, List.of(customer.get())).isEmpty()) {
        return customer;
      }
    }
    customers.forgetNow(List.of(name));
    return Optional.empty();
  }

  /** Refuses another call under the id of one that was taken: a wish in it would be lost. */
  private void mustBe(Ended call, Optional<Long> customer) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, disposition FROM inbound_call WHERE call_key = ?")) {
      select.setString(1, call.callId());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        Long taken = row.getObject("customer_id", Long.class);
        if (taken != null && customer.isPresent() && !areOneParty(taken, customer.get())) {
          throw new IllegalArgumentException(
              "this callId was reported of a call of another party: give each call an id of its"
                  + " own");
        }
        String disposition = row.getString("disposition");
        if (!disposition.equals(call.disposition().wireName())) {
          throw new IllegalArgumentException(
              "this callId was reported as "
                  + disposition
                  + " before: give each call an id of its own");
        }
      }
    }
  }

  private boolean areOneParty(long one, long other) {
    return customers.partiesOf(List.of(one, other)).values().stream().distinct().count() < 2;
  }

  private void forbid(Ended call, Optional<Long> customer, String actor) {
    if (call.disposition() != Disposition.DO_NOT_CONTACT) {
      return;
    }
    String origin = "inbound call " + shortened(call.callId());
    String phone = call.phone();
    if (customer.isPresent()) {
      for (long party : customers.partiesOf(List.of(customer.get())).values()) {
        doNotContact.forbidPartyOnce(party, origin, actor);
      }
    } else if (phone != null && hasNumber(call)) {
      doNotContact.forbidNumberOnce(phone, origin, actor);
    } else {
      throw new IllegalArgumentException(
          "do-not-contact of a caller whom nobody knows: give the phone, or a customer who is"
              + " known");
    }
  }

  private static boolean hasNumber(Ended call) {
    return call.phone() != null && call.phone().matches(".*[0-9].*");
  }

  /** No two calls have the same, so that no wish is taken for one that was heard. */
  private static String shortened(String callId) {
    return callId.length() <= LONGEST_ORIGIN
        ? callId
        : UUID.nameUUIDFromBytes(callId.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private boolean insert(Ended call, @Nullable Long customer, Instant at, Instant now, String actor)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO inbound_call (call_key, customer_id, agent, skill, reason,"
                    + " disposition, ended_at, seconds, exploration, propensity, recorded_at,"
                    + " recorded_by) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id")) {
      insert.setString(1, call.callId());
      insert.setObject(2, customer);
      insert.setString(3, call.agent());
      insert.setString(4, call.skill());
      insert.setString(5, call.reason() == null ? null : call.reason().wireName());
      insert.setString(6, call.disposition().wireName());
      SqlTime.set(insert, 7, at);
      insert.setObject(8, call.seconds());
      insert.setBoolean(9, call.exploration());
      insert.setObject(10, call.propensity());
      SqlTime.set(insert, 11, now);
      insert.setString(12, actor);
      try (ResultSet row = insert.executeQuery()) {
        return row.next();
      }
    }
  }
}
