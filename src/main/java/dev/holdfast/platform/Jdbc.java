package dev.holdfast.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What multi-row statements need: chunks, marks, and integers that may be null. */
public final class Jdbc {

  private static final int CHUNK = 256;
  private static final String IDS = "(:ids)";

  private Jdbc() {}

  /** Takes one row of what a query gives. */
  @FunctionalInterface
  public interface Row {
    void take(ResultSet row) throws SQLException;
  }

  /** The integer in a column, null if the column is. */
  public static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  /** Binds an integer or null. */
  public static void set(PreparedStatement statement, int at, @Nullable Integer value)
      throws SQLException {
    if (value == null) {
      statement.setNull(at, Types.INTEGER);
    } else {
      statement.setInt(at, value);
    }
  }

  /** {@code ?,?,?} with n marks. */
  public static String marks(int n) {
    return "?,".repeat(n - 1) + "?";
  }

  /**
   * Runs a statement that changes rows of a few things by their ids.
   *
   * @param sql with {@code (:ids)} once or more often, each standing for all ids
   * @return how many rows it changed; 0 without ids
   */
  public static int change(Connection connection, String sql, Collection<Long> ids)
      throws SQLException {
    if (ids.isEmpty()) {
      return 0;
    }
    try (PreparedStatement change = connection.prepareStatement(ofIds(sql, ids))) {
      bindIds(change, sql, ids);
      return change.executeUpdate();
    }
  }

  /**
   * Reads rows of things by their ids, some ids at a time in ascending order.
   *
   * @param sql with {@code (:ids)} once or more often, each standing for all ids of a time
   * @param ids as many as there are, in any order, also twice
   */
  public static void read(Connection connection, String sql, Collection<Long> ids, Row reader)
      throws SQLException {
    for (List<Long> chunk : fullChunks(List.copyOf(new TreeSet<>(ids)))) {
      try (PreparedStatement select = connection.prepareStatement(ofIds(sql, chunk))) {
        bindIds(select, sql, chunk);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            reader.take(row);
          }
        }
      }
    }
  }

  /** The ids in the first column of a query by ids; empty without any. */
  public static List<Long> ids(Connection connection, String sql, Collection<Long> of)
      throws SQLException {
    List<Long> ids = new ArrayList<>();
    if (of.isEmpty()) {
      return ids;
    }
    try (PreparedStatement select = connection.prepareStatement(ofIds(sql, of))) {
      bindIds(select, sql, of);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids;
  }

  /** The statement with marks in the place of each {@code (:ids)}. */
  public static String ofIds(String sql, Collection<Long> ids) {
    return sql.replace(IDS, "(" + marks(ids.size()) + ")");
  }

  /** Binds the marks of {@link #ofIds}. */
  public static void bindIds(PreparedStatement statement, String sql, Collection<Long> ids)
      throws SQLException {
    int at = 1;
    for (int from = sql.indexOf(IDS); from >= 0; from = sql.indexOf(IDS, from + 1)) {
      for (long id : ids) {
        statement.setLong(at++, id);
      }
    }
  }

  /**
   * Cuts into pieces of 256, then of falling powers of two, so that few statements are prepared.
   */
  public static <T> List<List<T>> chunks(List<T> all) {
    List<List<T>> chunks = new ArrayList<>();
    int from = 0;
    while (from < all.size()) {
      int size = Math.min(CHUNK, Integer.highestOneBit(all.size() - from));
      chunks.add(all.subList(from, from + size));
      from += size;
    }
    return chunks;
  }

  /**
   * Cuts into pieces for reading: of 256, and the rest in one piece that repeats its last element
   * up to a power of two. Few statements are prepared, and few round trips made.
   */
  public static <T> List<List<T>> fullChunks(List<T> all) {
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<T> piece = new ArrayList<>(all.subList(from, Math.min(all.size(), from + CHUNK)));
      T last = piece.get(piece.size() - 1);
      while (Integer.bitCount(piece.size()) > 1) {
        piece.add(last);
      }
      chunks.add(piece);
    }
    return chunks;
  }
}
