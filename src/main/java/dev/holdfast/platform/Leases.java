package dev.holdfast.platform;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Leases by database time, so that replicas with different clocks agree on who holds one. Each call
 * is a transaction of its own.
 */
@ApplicationScoped
public class Leases {

  private final DataSource database;
  private final String owner = UUID.randomUUID().toString();

  Leases(DataSource database) {
    this.database = database;
  }

  /**
   * Takes the lease {@code name} for {@code length}, unless somebody holds it, this process
   * included.
   */
  public Optional<Lease> tryAcquire(String name, Duration length) {
    return QuarkusTransaction.requiringNew().call(() -> acquire(name, length));
  }

  /**
   * Works under the lease {@code name} and gives it back, whatever becomes of the work.
   *
   * @param length longer than the work takes: after that another may begin it
   * @return what the work returns; empty if somebody holds the lease
   */
  public <T> Optional<T> holding(String name, Duration length, Supplier<T> work) {
    return tryAcquire(name, length)
        .map(
            lease -> {
              try {
                return work.get();
              } finally {
                release(lease);
              }
            });
  }

  /** Gives the lease back early; nothing happens if it was lost. */
  public void release(Lease lease) {
    QuarkusTransaction.requiringNew()
        .call(
            () ->
                update(
                    "UPDATE lease SET lease_until = UTC_TIMESTAMP(6) WHERE name = ? AND token = ?",
                    lease.name(),
                    lease.token()));
  }

  private Optional<Lease> acquire(String name, Duration length) throws SQLException {
    boolean taken =
        update(
                "INSERT IGNORE INTO lease (name, owner, token, lease_until)"
                    + " VALUES (?, ?, 1, UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)",
                name,
                owner,
                micros(length))
            || update(
                "UPDATE lease SET owner = ?, token = token + 1,"
                    + " lease_until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND"
                    + " WHERE name = ? AND lease_until <= UTC_TIMESTAMP(6)",
                owner,
                micros(length),
                name);
    if (!taken) {
      return Optional.empty();
    }
    try (var connection = database.getConnection();
        var select = connection.prepareStatement("SELECT token FROM lease WHERE name = ?")) {
      select.setString(1, name);
      try (var row = select.executeQuery()) {
        row.next();
        return Optional.of(new Lease(name, row.getLong(1)));
      }
    }
  }

  private boolean update(String statement, Object... parameters) throws SQLException {
    try (Connection connection = database.getConnection();
        var update = connection.prepareStatement(statement)) {
      for (int i = 0; i < parameters.length; i++) {
        update.setObject(i + 1, parameters[i]);
      }
      return update.executeUpdate() > 0;
    }
  }

  private static long micros(Duration length) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(length));
  }
}
