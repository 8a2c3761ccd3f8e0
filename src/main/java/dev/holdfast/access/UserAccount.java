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
import java.util.Set;

/** A person who may sign in; the password is kept as bcrypt. */
@Entity
@Table(name = "user_account")
class UserAccount extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(nullable = false, updatable = false)
  public String name;

  @Column(name = "password_hash", nullable = false)
  public String passwordHash;

  @Column(nullable = false)
  public String roles;

  @Column(nullable = false)
  public boolean disabled;

  @Column(name = "created_at", nullable = false, updatable = false)
  public Instant createdAt;

  static Optional<UserAccount> named(String name) {
    return find("name", name).firstResultOptional();
  }

  static List<UserAccount> all() {
    return list("order by name");
  }

  Set<String> roleSet() {
    return RoleNames.split(roles);
  }
}
