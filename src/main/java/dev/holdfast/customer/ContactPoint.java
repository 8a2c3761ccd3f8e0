package dev.holdfast.customer;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** Where a party can be reached. */
@Entity
@Table(name = "contact_point")
class ContactPoint extends PanacheEntityBase {

  /** Whose, through what, where. */
  @Embeddable
  record Key(
      @Column(name = "party_id") long partyId,
      @Column(name = "channel", length = 20) String channel,
      @Column(name = "value", length = 200) String value) {}

  @EmbeddedId public Key key;

  @Column(nullable = false, updatable = false)
  public Instant since;

  static List<ContactPoint> of(long partyId) {
    return list("key.partyId = ?1 order by since desc, key.channel, key.value", partyId);
  }
}
