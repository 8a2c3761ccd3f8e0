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
 * What each batch changed in the counts of visits: noted in its transaction, mostly a row a batch,
 * and taken by whoever adds it up.
 */
@ApplicationScoped
public class BellTallies {

  /** Changes in a row: far less than a column or a packet holds, however much a batch brings. */
  private static final int CHANGES = 50_000;

  /** Taken together: this many rows, or the first ones with this many bytes. */
  private static final int ROWS = 500;

  private static final long BYTES = 4L << 20;

  private final DataSource database;

  BellTallies(DataSource database) {
    this.database = database;
  }

  /**
   * Tallies that were taken.
   *
   * @param changes each as {@link CountChanges#read} takes it, in the order of noting
   * @param all true if there were no more
   */
  record Taken(List<byte[]> changes, boolean all) {}

  private record Next(List<Long> ids, boolean all) {}

  /** Notes changes in the transaction of the connection; none take no row. */
  public void note(Connection connection, CountChanges changes) throws SQLException {
    for (byte[] bytes : changes.toBytes(CHANGES)) {
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO bell_tally (changes) VALUES (?)")) {
        insert.setBytes(1, bytes);
        insert.executeUpdate();
      }
    }
  }

  /**
   * Takes the next tallies away, in the caller's transaction: whoever adds them up does so exactly
   * once. What another replica is adding up is waited for: who read on without it would take its
   * customers for missing.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  Taken take() {
    try (Connection connection = database.getConnection()) {
      Next next = next(connection);
      List<byte[]> taken = new ArrayList<>();
      for (List<Long> chunk : Jdbc.chunks(next.ids())) {
        String those = " FROM bell_tally WHERE id IN (" + Jdbc.marks(chunk.size()) + ")";
        try (PreparedStatement select =
            connection.prepareStatement("SELECT changes" + those + " ORDER BY id")) {
          bind(select, chunk);
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              taken.add(row.getBytes(1));
            }
          }
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE" + those)) {
          bind(delete, chunk);
          delete.executeUpdate();
        }
      }
      return new Taken(taken, next.all());
    } catch (SQLException e) {
      throw new IllegalStateException("the tallies of visits cannot be taken", e);
    }
  }

  /**
   * Locks the oldest rows; those of them that are taken together, at least one if there are any.
   */
  private static Next next(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, LENGTH(changes) FROM bell_tally ORDER BY id LIMIT "
                    + ROWS
                    + " FOR UPDATE");
        ResultSet row = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      long bytes = 0;
      while (row.next()) {
        bytes += row.getLong(2);
        if (bytes > BYTES && !ids.isEmpty()) {
          return new Next(ids, false);
        }
        ids.add(row.getLong(1));
      }
      return new Next(ids, ids.size() < ROWS);
    }
  }

  private static void bind(PreparedStatement statement, List<Long> ids) throws SQLException {
    for (int i = 0; i < ids.size(); i++) {
      statement.setLong(i + 1, ids.get(i));
    }
  }
}
