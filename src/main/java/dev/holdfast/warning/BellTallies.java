package dev.holdfast.warning;

import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * What each batch changed in the counts of visits: noted in its transaction, a row a batch, and
 * taken by whoever adds it up.
 */
@ApplicationScoped
public class BellTallies {

  private final DataSource database;

  BellTallies(DataSource database) {
    this.database = database;
  }

  /** Notes changes in the transaction of the connection; none take no row. */
  public void note(Connection connection, CountChanges changes) throws SQLException {
    byte[] bytes = changes.toBytes();
    if (bytes.length == 0) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bell_tally (changes) VALUES (?)")) {
      insert.setBytes(1, bytes);
      insert.executeUpdate();
    }
  }

  /**
   * Takes tallies away, in the caller's transaction: whoever adds them up does so exactly once.
   * What another replica is adding up is waited for: who read on without it would take its
   * customers for missing.
   *
   * @param limit how many at most
   */
  @Transactional(Transactional.TxType.MANDATORY)
  List<byte[]> take(int limit) {
    List<byte[]> taken = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, changes FROM bell_tally ORDER BY id LIMIT ? FOR UPDATE")) {
        select.setInt(1, limit);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            ids.add(row.getLong(1));
            taken.add(row.getBytes(2));
          }
        }
      }
      for (List<Long> chunk : Jdbc.chunks(ids)) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM bell_tally WHERE id IN (" + Jdbc.marks(chunk.size()) + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            delete.setLong(i + 1, chunk.get(i));
          }
          delete.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the tallies of visits cannot be taken", e);
    }
    return taken;
  }
}
