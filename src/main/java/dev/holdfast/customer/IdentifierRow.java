package dev.holdfast.customer;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An external name of a customer, in a window of time. */
@Entity
@Table(name = "customer_identifier")
class IdentifierRow extends PanacheEntityBase {

  /** What the name is, and from when. */
  @Embeddable
  record Key(
      @Column(name = "namespace", length = 40) String namespace,
      @Column(name = "value", length = 160) String value,
      @Column(name = "valid_from") Instant validFrom) {}

  @EmbeddedId public Key key;

  /** Excluded; null for ever. */
  @Column(name = "valid_to")
  public @Nullable Instant validTo;

  @Column(name = "customer_id", nullable = false)
  public long customerId;

  static List<IdentifierRow> of(long customerId) {
    return list("customerId = ?1 order by key.validFrom, key.namespace, key.value", customerId);
  }

  static List<IdentifierRow> named(String namespace, String value) {
    return list("key.namespace = ?1 and key.value = ?2 order by key.validFrom", namespace, value);
  }
}
