package dev.holdfast.campaign;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to call. Appended, never changed. */
@Entity
@Table(name = "outcome")
class Outcome extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  Long id;

  @Column(name = "call_task_id", nullable = false, updatable = false)
  long callTaskId;

  @Column(nullable = false, updatable = false)
  String disposition;

  @Nullable
  @Column(updatable = false)
  String note;

  @Column(name = "recorded_at", nullable = false, updatable = false)
  Instant recordedAt;

  @Column(name = "recorded_by", nullable = false, updatable = false)
  String recordedBy;
}
