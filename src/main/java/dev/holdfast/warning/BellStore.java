package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** The tables of the bell: counts, segments, looks and progress; in the caller's transaction. */
@ApplicationScoped
class BellStore {

  private static final int PRUNED = 20_000;
  private static final int KINDS = CountChanges.GONE + 1;
  private static final List<String> COLUMNS =
      IntStream.range(0, KINDS)
          .mapToObj(kind -> kind == CountChanges.GONE ? "gone" : "g" + kind)
          .toList();
  private static final Look.Verdict[] VERDICTS = Look.Verdict.values();

  private final DataSource database;
  private final BellTallies tallies;

  BellStore(DataSource database, BellTallies tallies) {
    this.database = database;
    this.tallies = tallies;
  }

  /**
   * A stored look.
   *
   * @param segmentId number of the segment
   */
  record StoredLook(int segmentId, Look look) {}

  private record Key(int slot, int cell) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int bySlot = Integer.compare(slot, other.slot);
      return bySlot != 0 ? bySlot : Integer.compare(cell, other.cell);
    }
  }

  /**
   * Adds up what the batches changed.
   *
   * @return false if there is more
   */
  boolean addUp() {
    BellTallies.Taken taken = tallies.take();
    Map<Key, int[]> days = new TreeMap<>();
    Map<Key, int[]> hours = new TreeMap<>();
    for (byte[] tally : taken.changes()) {
      for (CountChanges.Change change : CountChanges.read(tally)) {
        CountChanges.Count count = change.count();
        Key key = new Key(count.slot(), count.cell());
        if (count.kind() == CountChanges.HOUR) {
          hours.computeIfAbsent(key, unused -> new int[1])[0] += change.by();
        } else {
          days.computeIfAbsent(key, unused -> new int[KINDS])[count.kind()] += change.by();
        }
      }
    }
    add("bell_count", "day", COLUMNS, days);
    add("bell_hour", "hour", List.of("came"), hours);
    return taken.all();
  }

  private void add(String table, String slot, List<String> columns, Map<Key, int[]> sums) {
    String row = "(" + Jdbc.marks(2 + columns.size()) + ")";
    String update =
        columns.stream()
            .map(one -> one + " = " + one + " + VALUES(" + one + ")")
            .collect(Collectors.joining(", "));
    try (Connection connection = database.getConnection()) {
      for (List<Map.Entry<Key, int[]>> chunk : Jdbc.chunks(List.copyOf(sums.entrySet()))) {
        try (PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO "
                    + table
                    + " ("
                    + slot
                    + ", cell_id, "
                    + String.join(", ", columns)
                    + ") VALUES "
                    + (row + ",").repeat(chunk.size() - 1)
                    + row
                    + " ON DUPLICATE KEY UPDATE "
                    + update)) {
          int at = 1;
          for (Map.Entry<Key, int[]> one : chunk) {
            upsert.setInt(at++, one.getKey().slot());
            upsert.setInt(at++, one.getKey().cell());
            for (int value : one.getValue()) {
              upsert.setInt(at++, value);
            }
          }
          upsert.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the counts of visits cannot be added up", e);
    }
  }

  /** The counts from which the visits of days follow, from one to another, and of hours in them. */
  CohortCounts counts(long fromDay, long toDay, long fromHour, long toHour) {
    CohortCounts counts = new CohortCounts();
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT cell_id, day, "
                  + String.join(", ", COLUMNS)
                  + " FROM bell_count WHERE day BETWEEN ? AND ?")) {
        select.setLong(1, fromDay - Attendance.LONGEST_GAP);
        select.setLong(2, toDay);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            int[] day = counts.day(row.getInt(1), row.getInt(2));
            for (int kind = 0; kind < KINDS; kind++) {
              day[kind] = row.getInt(3 + kind);
            }
          }
        }
      }
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT cell_id, hour, came FROM bell_hour WHERE hour BETWEEN ? AND ?")) {
        select.setLong(1, fromHour);
        select.setLong(2, toHour);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            counts.add(
                new CountChanges.Count(row.getInt(1), row.getInt(2), CountChanges.HOUR),
                row.getInt(3));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the counts of visits cannot be read", e);
    }
    return counts;
  }

  /** The first day of which anything is counted. */
  OptionalInt firstDay() {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT MIN(day) FROM bell_count");
        ResultSet row = select.executeQuery()) {
      row.next();
      int day = row.getInt(1);
      return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(day);
    } catch (SQLException e) {
      throw new IllegalStateException("the first day of visits cannot be read", e);
    }
  }

  /** The next slot to look at; empty before the first look. */
  OptionalLong next(Rhythm rhythm) {
    return next(rhythm, "");
  }

  /** The same, which stays so until the caller's transaction ends. */
  OptionalLong lockedNext(Rhythm rhythm) {
    return next(rhythm, " FOR UPDATE");
  }

  private OptionalLong next(Rhythm rhythm, String lock) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT next_slot FROM bell_progress WHERE slot_seconds = ?" + lock)) {
      select.setInt(1, rhythm.seconds());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("there is no progress of the bell by " + rhythm);
        }
        int next = row.getInt(1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(next);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the progress of the bell cannot be read", e);
    }
  }

  void advance(Rhythm rhythm, long next) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE bell_progress SET next_slot = ? WHERE slot_seconds = ?")) {
      update.setLong(1, next);
      update.setInt(2, rhythm.seconds());
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the progress of the bell cannot be noted", e);
    }
  }

  /** The numbers of segments by key; what is new gets one. */
  Map<String, Integer> idsOf(Collection<String> keys) {
    Map<String, Integer> ids = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<String> chunk : Jdbc.chunks(keys.stream().sorted().toList())) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO bell_segment (segment_key) VALUES "
                    + "(?),".repeat(chunk.size() - 1)
                    + "(?)")) {
          for (int i = 0; i < chunk.size(); i++) {
            insert.setString(i + 1, chunk.get(i));
          }
          insert.executeUpdate();
        }
      }
      try (PreparedStatement select =
              connection.prepareStatement("SELECT segment_key, id FROM bell_segment");
          ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.put(row.getString(1), row.getInt(2));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the segments cannot be numbered", e);
    }
    return ids;
  }

  /** Keeps looks; a second look at the same slot is refused by the database. */
  void save(Rhythm rhythm, List<StoredLook> looks) {
    String row = "(" + Jdbc.marks(13) + ")";
    try (Connection connection = database.getConnection()) {
      for (List<StoredLook> chunk : Jdbc.chunks(looks)) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO bell_look (slot_seconds, slot, segment_id, due, came, expected, z,"
                    + " own_z, cusum, dropped, missing, overdispersion, verdict) VALUES "
                    + (row + ",").repeat(chunk.size() - 1)
                    + row)) {
          int at = 1;
          for (StoredLook one : chunk) {
            Look look = one.look();
            insert.setInt(at++, rhythm.seconds());
            insert.setLong(at++, look.slot());
            insert.setInt(at++, one.segmentId());
            insert.setInt(at++, look.due());
            insert.setInt(at++, look.came());
            at = known(insert, at, look.expected());
            at = known(insert, at, look.z());
            at = known(insert, at, look.ownZ());
            insert.setDouble(at++, look.cusum());
            insert.setDouble(at++, look.drop());
            insert.setDouble(at++, look.missing());
            insert.setDouble(at++, look.overdispersion());
            insert.setInt(at++, look.verdict().ordinal());
          }
          insert.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("looks at segments cannot be kept", e);
    }
  }

  private static int known(PreparedStatement insert, int at, double value) throws SQLException {
    if (Double.isNaN(value)) {
      insert.setNull(at, Types.DOUBLE);
    } else {
      insert.setDouble(at, value);
    }
    return at + 1;
  }

  /** Reads looks slot by slot from one on. */
  void looks(Rhythm rhythm, long from, Consumer<List<StoredLook>> bySlot) {
    List<StoredLook> ofSlot = new ArrayList<>();
    read(
        " WHERE slot_seconds = ? AND slot >= ? ORDER BY slot, segment_id",
        List.of(rhythm.seconds(), from),
        one -> {
          if (!ofSlot.isEmpty() && ofSlot.get(0).look().slot() != one.look().slot()) {
            bySlot.accept(List.copyOf(ofSlot));
            ofSlot.clear();
          }
          ofSlot.add(one);
        });
    if (!ofSlot.isEmpty()) {
      bySlot.accept(ofSlot);
    }
  }

  /** The looks at a segment from one slot to another, in order. */
  List<Look> looks(Rhythm rhythm, int segmentId, long from, long to, int limit) {
    List<Look> looks = new ArrayList<>();
    read(
        " WHERE slot_seconds = ? AND slot BETWEEN ? AND ? AND segment_id = ? ORDER BY slot DESC"
            + " LIMIT ?",
        List.of(rhythm.seconds(), from, to, segmentId, limit),
        one -> looks.add(0, one.look()));
    return looks;
  }

  private void read(String where, List<? extends Number> values, Consumer<StoredLook> reader) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT slot, segment_id, due, came, expected, z, own_z, cusum, dropped, missing,"
                    + " overdispersion, verdict FROM bell_look"
                    + where)) {
      for (int i = 0; i < values.size(); i++) {
        select.setLong(i + 1, values.get(i).longValue());
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          reader.accept(
              new StoredLook(
                  row.getInt(2),
                  new Look(
                      row.getLong(1),
                      row.getInt(3),
                      row.getInt(4),
                      known(row, 5),
                      known(row, 6),
                      known(row, 7),
                      row.getDouble(8),
                      row.getDouble(9),
                      row.getDouble(10),
                      row.getDouble(11),
                      VERDICTS[row.getInt(12)])));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("looks at segments cannot be read", e);
    }
  }

  private static double known(ResultSet row, int column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? Double.NaN : value;
  }

  /** Forgets what no look needs any more, some at a time. */
  void prune(long beforeDay, long beforeHour, long looksBeforeDay, long looksBeforeHour) {
    delete("DELETE FROM bell_count WHERE day < ? LIMIT " + PRUNED, beforeDay);
    delete("DELETE FROM bell_hour WHERE hour < ? LIMIT " + PRUNED, beforeHour);
    String looks = "DELETE FROM bell_look WHERE slot < ? AND slot_seconds = ";
    delete(looks + Rhythm.DAY.seconds() + " LIMIT " + PRUNED, looksBeforeDay);
    delete(looks + Rhythm.HOUR.seconds() + " LIMIT " + PRUNED, looksBeforeHour);
  }

  private void delete(String sql, long before) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setLong(1, before);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("old rows of the bell cannot be deleted", e);
    }
  }
}
