package dev.holdfast.customer;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The person or household that is contacted and randomised. */
@Entity
@Table(name = "party")
class Party extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public @Nullable Long id;

  /** IANA name, null if unknown. */
  @Column(length = 64)
  public @Nullable String zone;

  @Column(name = "created_at", nullable = false, updatable = false)
  public Instant createdAt;

  /** The party that its last customer was joined to, null while it has one. */
  @Column(name = "merged_into")
  public @Nullable Long mergedInto;

  @Version public long version;
}
