package dev.holdfast.customer;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a party said about being contacted; append-only, the newest for a channel and purpose holds.
 */
@Entity
@Table(name = "consent")
class ConsentStatement extends PanacheEntityBase {

  /** The origin of a refusal after which consent counts only if it is given after it. */
  static final String ASKED_ANEW = "do-not-contact lifted";

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public @Nullable Long id;

  @Column(name = "party_id", nullable = false, updatable = false)
  public long partyId;

  /** {@code *} for every channel. */
  @Column(nullable = false, updatable = false, length = 20)
  public String channel;

  @Column(nullable = false, updatable = false, length = 40)
  public String purpose;

  @Column(nullable = false, updatable = false)
  public boolean granted;

  @Column(nullable = false, updatable = false)
  public Instant since;

  /** Who or what brought it. */
  @Column(nullable = false, updatable = false, length = 100)
  public String origin;

  /** All that a party said, in the order in which it did. */
  static List<ConsentStatement> of(long partyId) {
    return list("partyId = ?1 order by id", partyId);
  }

  /** What holds now, one statement for a channel and purpose. */
  static Collection<ConsentStatement> present(long partyId) {
    Map<String, ConsentStatement> newest = new LinkedHashMap<>();
    of(partyId)
        .forEach(statement -> newest.put(statement.channel + " " + statement.purpose, statement));
    return newest.values();
  }

  /** What it says, as it is given in a change. */
  CustomerChange.ConsentGiven given() {
    return new CustomerChange.ConsentGiven(channel, purpose, granted);
  }

  /** True if nothing that was said before it counts. */
  boolean asksAnew() {
    return !granted && origin.equals(ASKED_ANEW);
  }
}
