package dev.holdfast.customer;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The unit that is scored: a line, subscription or account. */
@Entity
@Table(name = "customer")
class Customer extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public @Nullable Long id;

  @ManyToOne(fetch = FetchType.EAGER, optional = false)
  @JoinColumn(name = "party_id", nullable = false)
  public Party party;

  /** A JSON object of plain values, null if nothing is known. */
  @Column(columnDefinition = "TEXT")
  public @Nullable String profile;

  @Column(name = "created_at", nullable = false, updatable = false)
  public Instant createdAt;

  @Version public long version;
}
