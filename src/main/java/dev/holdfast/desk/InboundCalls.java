package dev.holdfast.desk;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.DoNotContact;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What came of the calls that customers made: by it agents are known, and wishes are heard. */
@ApplicationScoped
class InboundCalls {

  private static final Duration OLDEST = Duration.ofDays(30);

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
   * @param skill of the queue
   * @param seconds that it took, null if unknown
   * @param exploration true if the agent was drawn at random
   * @param propensity with which the agent came first; null if not by our ranking
   */
  record Ended(
      String callId,
      @Nullable String customer,
      String agent,
      String skill,
      Disposition disposition,
      @Nullable OutcomeReason reason,
      @Nullable Instant endedAt,
      @Nullable Integer seconds,
      boolean exploration,
      @Nullable Double propensity) {}

  /**
   * Takes a call down, in a transaction of its own; do-not-contact holds from then on.
   *
   * @return false if it was there already
   * @throws IllegalArgumentException if it cannot be taken; the message says why
   */
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
              Optional<Long> customer = name == null ? Optional.empty() : customers.find(name, at);
              if (!insert(call, customer.orElse(null), at, now, actor)) {
                return false;
              }
              if (call.disposition() == Disposition.DO_NOT_CONTACT && customer.isPresent()) {
                for (long party : customers.partiesOf(List.of(customer.get())).values()) {
                  doNotContact.forbidParty(party, "inbound call " + shortened(call), actor);
                }
              }
              return true;
            });
  }

  private static String shortened(Ended call) {
    return call.callId().substring(0, Math.min(60, call.callId().length()));
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
