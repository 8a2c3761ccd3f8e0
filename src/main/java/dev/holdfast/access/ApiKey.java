package dev.holdfast.access;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine's key; the secret is kept as SHA-256, the prefix finds the row. */
@Entity
@Table(name = "api_key")
class ApiKey extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(nullable = false, updatable = false)
  public String prefix;

  @Column(name = "secret_hash", nullable = false, updatable = false)
  public byte[] secretHash;

  @Column(nullable = false, updatable = false)
  public String name;

  @Column(nullable = false, updatable = false)
  public String roles;

  @Column(name = "created_at", nullable = false, updatable = false)
  public Instant createdAt;

  @Column(name = "created_by", nullable = false, updatable = false)
  public String createdBy;

  @Column(name = "expires_at", updatable = false)
  public @Nullable Instant expiresAt;

  @Column(name = "last_used_at")
  public @Nullable Instant lastUsedAt;

  @Column(name = "revoked_at")
  public @Nullable Instant revokedAt;

  static Optional<ApiKey> withPrefix(String prefix) {
    return find("prefix", prefix).firstResultOptional();
  }

  static List<ApiKey> page(int limit) {
    return find("order by id desc").page(0, limit).list();
  }

  static void touch(long id, Instant now, Instant unlessSince) {
    update(
        "lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt < ?3)",
        now,
        id,
        unlessSince);
  }

  boolean validAt(Instant now) {
    Instant expires = expiresAt;
    return revokedAt == null && (expires == null || now.isBefore(expires));
  }
}
