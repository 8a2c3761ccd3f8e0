package dev.holdfast.warning;

import dev.holdfast.event.SourceTallies;
import dev.holdfast.event.SourceTallies.Tally;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.warning.FeedJudge.Gap;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The hours of the feeds and what the watch remembers of each; in the caller's transaction. */
@ApplicationScoped
class FeedStore {

  private static final int TALLIES = 2_000;
  private static final int ROWS = 256;
  private static final int PRUNED = 10_000;
  private static final Duration KEPT = Duration.ofDays(7L * FeedJudge.KEPT_WEEKS);

  private final DataSource database;
  private final SourceTallies tallies;

  FeedStore(DataSource database, SourceTallies tallies) {
    this.database = database;
    this.tallies = tallies;
  }

  /**
   * What is remembered of a feed.
   *
   * @param gapEnd when it was last seen silent; null if it never was
   * @param filledAt when something last came that occurred before {@code gapEnd}
   * @param muted conditions that a person judged to be right, until they have passed
   */
  record Memory(@Nullable Instant gapEnd, @Nullable Instant filledAt, Set<FeedCondition> muted) {}

  private record Key(int sourceId, long hour) {}

  /**
   * Adds up what the batches brought.
   *
   * @return false if there may be more
   */
  boolean addUp(Instant now) {
    List<Tally> taken = tallies.take(TALLIES);
    long present = SourceTallies.hourOf(now);
    long oldest = SourceTallies.hourOf(now.minus(KEPT));
    Map<Integer, Map<Long, long[]>> sums = new TreeMap<>();
    for (Tally tally : taken) {
      Map<Long, long[]> hours = sums.computeIfAbsent(tally.sourceId(), id -> new TreeMap<>());
      long applied = 0;
      for (Map.Entry<Long, Integer> one : tally.hours().entrySet()) {
        applied += one.getValue();
        if (one.getKey() >= oldest) {
          hours.computeIfAbsent(one.getKey(), hour -> new long[6])[0] += one.getValue();
        }
      }
      long[] came = hours.computeIfAbsent(present, hour -> new long[6]);
      came[1] += applied + tally.duplicate() + tally.refused();
      came[2] += tally.duplicate();
      came[3] += tally.late();
      came[4] += tally.refused();
      came[5] += tally.unmapped();
    }
    try (Connection connection = database.getConnection()) {
      add(connection, sums);
      Map<Integer, Gap> gaps = gaps(connection);
      for (Map.Entry<Integer, Map<Long, long[]>> one : sums.entrySet()) {
        Gap gap = gaps.get(one.getKey());
        if (gap != null && fills(one.getValue(), gap)) {
          noteFilled(connection, one.getKey(), now);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the hours of the feeds cannot be added up", e);
    }
    return taken.size() < TALLIES;
  }

  private static void add(Connection connection, Map<Integer, Map<Long, long[]>> sums)
      throws SQLException {
    List<Map.Entry<Key, long[]>> rows = new ArrayList<>();
    sums.forEach(
        (source, hours) ->
            hours.forEach((hour, counts) -> rows.add(Map.entry(new Key(source, hour), counts))));
    for (int from = 0; from < rows.size(); from += ROWS) {
      List<Map.Entry<Key, long[]>> chunk = rows.subList(from, Math.min(rows.size(), from + ROWS));
      try (PreparedStatement upsert =
          connection.prepareStatement(
              "INSERT INTO feed_hour (source_id, hour, events, received, duplicate, late, refused,"
                  + " unmapped) VALUES "
                  + "(?, ?, ?, ?, ?, ?, ?, ?), ".repeat(chunk.size() - 1)
                  + "(?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE events = events +"
                  + " VALUES(events), received = received + VALUES(received), duplicate = duplicate"
                  + " + VALUES(duplicate), late = late + VALUES(late), refused = refused +"
                  + " VALUES(refused), unmapped = unmapped + VALUES(unmapped)")) {
        int at = 1;
        for (Map.Entry<Key, long[]> one : chunk) {
          upsert.setInt(at++, one.getKey().sourceId());
          upsert.setLong(at++, one.getKey().hour());
          for (long count : one.getValue()) {
            upsert.setLong(at++, count);
          }
        }
        upsert.executeUpdate();
      }
    }
  }

  /** The gaps of the open incidents, by source id. */
  private static Map<Integer, Gap> gaps(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT w.source_id, i.since, w.gap_end FROM feed_watch w JOIN incident i"
                    + " ON i.source_id = w.source_id AND i.open_marker = 1"
                    + " WHERE w.gap_end IS NOT NULL");
        ResultSet row = select.executeQuery()) {
      Map<Integer, Gap> gaps = new HashMap<>();
      while (row.next()) {
        gaps.put(
            row.getInt(1),
            new Gap(SqlTime.required(row, "since"), SqlTime.required(row, "gap_end"), null));
      }
      return gaps;
    }
  }

  private static boolean fills(Map<Long, long[]> hours, Gap gap) {
    long from = SourceTallies.hourOf(gap.since());
    long to = SourceTallies.hourOf(gap.end());
    return hours.entrySet().stream()
        .anyMatch(one -> one.getKey() >= from && one.getKey() <= to && one.getValue()[0] > 0);
  }

  private static void noteFilled(Connection connection, int sourceId, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE feed_watch SET filled_at = ? WHERE source_id = ?")) {
      SqlTime.set(update, 1, now);
      update.setInt(2, sourceId);
      update.executeUpdate();
    }
  }

  /** The hours of a source that a judgement needs, in order. */
  List<FeedHour> hours(int sourceId, Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT hour, events, received, duplicate, late, refused, unmapped FROM feed_hour"
                    + " WHERE source_id = ? AND hour >= ? ORDER BY hour")) {
      select.setInt(1, sourceId);
      select.setLong(2, SourceTallies.hourOf(now.minus(KEPT)));
      List<FeedHour> hours = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          hours.add(
              new FeedHour(
                  row.getLong(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getLong(6),
                  row.getLong(7)));
        }
      }
      return hours;
    } catch (SQLException e) {
      throw new IllegalStateException("the hours of a feed cannot be read", e);
    }
  }

  /** Spans that people explained: they say nothing of what is usual. */
  List<Gap> explained(int sourceId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT since, resolved_at FROM incident WHERE source_id = ? AND state = 'resolved'"
                    + " AND resolved_by <> ? AND FIND_IN_SET(?, conditions) > 0"
                    + " AND resolved_at > since ORDER BY since")) {
      select.setInt(1, sourceId);
      select.setString(2, Incidents.ITSELF);
      select.setString(3, FeedCondition.SILENT.wireName());
      List<Gap> gaps = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          gaps.add(
              new Gap(SqlTime.required(row, "since"), SqlTime.required(row, "resolved_at"), null));
        }
      }
      return gaps;
    } catch (SQLException e) {
      throw new IllegalStateException("the past incidents of a feed cannot be read", e);
    }
  }

  Memory memory(int sourceId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT gap_end, filled_at, muted FROM feed_watch WHERE source_id = ?")) {
      select.setInt(1, sourceId);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Memory(
                SqlTime.read(row, 1), SqlTime.read(row, 2), FeedCondition.read(row.getString(3)))
            : new Memory(null, null, Set.of());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("what is remembered of a feed cannot be read", e);
    }
  }

  void remember(int sourceId, Memory memory) {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO feed_watch (source_id, gap_end, filled_at, muted) VALUES (?, ?, ?, ?)"
                    + " ON DUPLICATE KEY UPDATE gap_end = VALUES(gap_end),"
                    + " filled_at = VALUES(filled_at), muted = VALUES(muted)")) {
      upsert.setInt(1, sourceId);
      SqlTime.set(upsert, 2, memory.gapEnd());
      SqlTime.set(upsert, 3, memory.filledAt());
      upsert.setString(4, FeedCondition.write(memory.muted()));
      upsert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("what is remembered of a feed cannot be written", e);
    }
  }

  /** Forgets hours that no judgement needs, some at a time. */
  void prune(Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM feed_hour WHERE hour < ? LIMIT " + PRUNED)) {
      delete.setLong(1, SourceTallies.hourOf(now.minus(KEPT)));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("old hours of the feeds cannot be deleted", e);
    }
  }
}
