package dev.holdfast.campaign;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call to make, as outcomes see it; opened and cancelled by {@link Episodes}. */
@Entity
@Table(name = "call_task")
class CallTask extends PanacheEntityBase {

  @Id Long id;

  @Column(name = "party_id", nullable = false, updatable = false)
  long partyId;

  @Column(name = "customer_id", nullable = false, updatable = false)
  long customerId;

  @Column(nullable = false)
  String state;

  @Nullable
  @Column(name = "finished_at")
  Instant finishedAt;

  @Nullable
  @Column(name = "finish_reason")
  String finishReason;

  static Optional<CallTask> locked(long id) {
    return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
  }
}
