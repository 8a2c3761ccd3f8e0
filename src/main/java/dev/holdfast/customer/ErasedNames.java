package dev.holdfast.customer;

import dev.holdfast.event.CustomerName;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Names of customers who were erased, known again and not readable: only a keyed digest of each is
 * kept. In its window such a name means nobody, so that no event and no nightly import brings the
 * person back.
 */
@ApplicationScoped
class ErasedNames {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  /**
   * A window in which a name is barred.
   *
   * @param erasedAt business instant of the erasure
   * @param to excluded; null until the name is given to somebody new
   */
  record Bar(long erasureId, Instant erasedAt, Instant from, @Nullable Instant to) {

    boolean holdsAt(Instant at) {
      return !at.isBefore(from) && (to == null || at.isBefore(to));
    }

    /** True if the customer did not have the name any more; it was not readmitted since either. */
    boolean endedBeforeErasure() {
      return to != null && !to.isAfter(erasedAt);
    }
  }

  /** The windows in which these names are barred; names that never were are left out. */
  Map<CustomerName, List<Bar>> of(Connection connection, Collection<CustomerName> names)
      throws SQLException {
    Map<CustomerName, List<Bar>> bars = new HashMap<>();
    byte[] key = names.isEmpty() ? null : secret(connection);
    if (key == null) {
      return bars;
    }
    Mac mac = mac(key);
    Map<ByteBuffer, CustomerName> byHash = new HashMap<>();
    names.forEach(name -> byHash.put(ByteBuffer.wrap(hash(mac, name)), name));
    for (List<ByteBuffer> chunk : Jdbc.chunks(List.copyOf(byHash.keySet()))) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT n.name_hash, n.valid_from, n.valid_to, n.erasure_id, e.erased_at FROM"
                  + " erased_name n JOIN erasure e ON e.id = n.erasure_id WHERE n.name_hash IN ("
                  + Jdbc.marks(chunk.size())
                  + ") ORDER BY n.valid_from")) {
        for (int i = 0; i < chunk.size(); i++) {
          select.setBytes(i + 1, chunk.get(i).array());
        }
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            CustomerName name = byHash.get(ByteBuffer.wrap(row.getBytes(1)));
            if (name != null) {
              bars.computeIfAbsent(name, unused -> new ArrayList<>())
                  .add(
                      new Bar(
                          row.getLong("erasure_id"),
                          SqlTime.required(row, "erased_at"),
                          SqlTime.required(row, "valid_from"),
                          SqlTime.read(row, "valid_to")));
            }
          }
        }
      }
    }
    return bars;
  }

  /** True if any name was ever barred. */
  boolean any(Connection connection) throws SQLException {
    return secret(connection) != null;
  }

  /** Bars a name for the window in which it meant somebody who is erased. */
  void bar(Connection connection, CustomerName name, Identifier window, long erasureId)
      throws SQLException {
    byte[] key = secret(connection);
    if (key == null) {
      key = makeSecret(connection);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO erased_name (name_hash, valid_from, valid_to, erasure_id) VALUES (?, ?, ?,"
                + " ?) ON DUPLICATE KEY UPDATE valid_to = VALUES(valid_to), erasure_id ="
                + " VALUES(erasure_id)")) {
      insert.setBytes(1, hash(mac(key), name));
      SqlTime.set(insert, 2, window.validFrom());
      SqlTime.set(insert, 3, window.validTo());
      insert.setLong(4, erasureId);
      insert.executeUpdate();
    }
  }

  /** Ends a bar: from {@code at} on the name may mean somebody new. */
  void end(Connection connection, CustomerName name, Bar bar, Instant at) throws SQLException {
    byte[] key = secret(connection);
    if (key == null) {
      return;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE erased_name SET valid_to = ? WHERE name_hash = ? AND valid_from = ?")) {
      SqlTime.set(update, 1, at);
      update.setBytes(2, hash(mac(key), name));
      SqlTime.set(update, 3, bar.from());
      update.executeUpdate();
    }
  }

  /** Made at the first erasure and never changed; null before. */
  private static byte @Nullable [] secret(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT secret FROM erasure_secret WHERE id = 1");
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getBytes(1) : null;
    }
  }

  private static byte[] makeSecret(Connection connection) throws SQLException {
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    // Two first erasures at once wait for each other here, and the later one takes what is there.
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO erasure_secret (id, secret) VALUES (1, ?)")) {
      insert.setBytes(1, fresh);
      insert.executeUpdate();
    }
    byte[] made = secret(connection);
    if (made == null) {
      throw new IllegalStateException("the secret of erased names could not be made");
    }
    return made;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    }
  }

  private static byte[] hash(Mac mac, CustomerName name) {
    return mac.doFinal(name.toString().getBytes(StandardCharsets.UTF_8));
  }
}
