package dev.holdfast.event;

import dev.holdfast.event.Quarantine.Entry;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * What each batch brought from each source, hour by hour: noted in the transaction that applies it,
 * a row a batch, and taken by whoever adds it up. So the batch pays one insert, however many hours
 * it spans.
 */
@ApplicationScoped
public class SourceTallies {

  private static final long HOUR_SECONDS = 3_600;

  /** A refused message is searched for its source this far, readable or not. */
  private static final int SEARCHED_BYTES = 8 * 1024;

  private static final Pattern SOURCE =
      Pattern.compile("\"source\"\\s*:\\s*\"([^\"\\\\]{1,100})\"");

  private final DataSource database;

  SourceTallies(DataSource database) {
    this.database = database;
  }

  /**
   * What a batch brought.
   *
   * @param hours new events by the hour in which they occurred, in hours since the epoch
   * @param duplicate repeats
   * @param late among the new events those too old to be applied
   * @param refused messages put aside in which this source is named
   * @param unmapped among them those whose name has no kind
   */
  public record Tally(
      int sourceId,
      SortedMap<Long, Integer> hours,
      long duplicate,
      long late,
      long refused,
      long unmapped) {}

  /** The hour of an instant, in hours since the epoch. */
  public static long hourOf(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), HOUR_SECONDS);
  }

  static void note(Connection connection, Map<Integer, SourceBatch> batches) throws SQLException {
    List<Map.Entry<Integer, SourceBatch>> noted =
        batches.entrySet().stream()
            .filter(
                one -> one.getValue().books().applied() + one.getValue().books().duplicate() > 0)
            .toList();
    if (noted.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO source_tally (source_id, duplicate, late, refused, unmapped, hours) VALUES"
                + " "
                + String.join(", ", Collections.nCopies(noted.size(), "(?, ?, ?, 0, 0, ?)")))) {
      int at = 1;
      for (Map.Entry<Integer, SourceBatch> one : noted) {
        Source.Books books = one.getValue().books();
        insert.setInt(at++, one.getKey());
        insert.setLong(at++, books.duplicate());
        insert.setLong(at++, books.late());
        insert.setString(at++, write(one.getValue().hours()));
      }
      insert.executeUpdate();
    }
  }

  /**
   * Notes refused messages under the source that they name, if it is known: who sends rubbish must
   * not make sources.
   */
  static void noteRefused(Connection connection, List<Entry> entries) throws SQLException {
    Map<String, long[]> bySource = new HashMap<>();
    for (Entry entry : entries) {
      byte[] payload = entry.payload();
      if (payload == null) {
        continue;
      }
      Matcher source =
          SOURCE.matcher(
              new String(
                  payload, 0, Math.min(payload.length, SEARCHED_BYTES), StandardCharsets.UTF_8));
      if (source.find()) {
        long[] counts = bySource.computeIfAbsent(source.group(1), name -> new long[2]);
        counts[0]++;
        counts[1] += entry.reason() == BadEvent.Reason.UNKNOWN_KIND ? 1 : 0;
      }
    }
    for (Map.Entry<String, long[]> one : bySource.entrySet()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO source_tally (source_id, duplicate, late, refused, unmapped, hours)"
                  + " SELECT id, 0, 0, ?, ?, '' FROM source WHERE name = ?")) {
        insert.setLong(1, one.getValue()[0]);
        insert.setLong(2, one.getValue()[1]);
        insert.setString(3, one.getKey());
        insert.executeUpdate();
      }
    }
  }

  /**
   * Takes tallies away, in the caller's transaction: whoever adds them up does so exactly once.
   *
   * @param limit how many at most
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<Tally> take(int limit) {
    List<Tally> tallies = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, source_id, duplicate, late, refused, unmapped, hours FROM source_tally"
                  + " ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED")) {
        select.setInt(1, limit);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            ids.add(row.getLong(1));
            tallies.add(
                new Tally(
                    row.getInt(2),
                    read(row.getString(7)),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6)));
          }
        }
      }
      for (List<Long> chunk : Jdbc.chunks(ids)) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM source_tally WHERE id IN (" + Jdbc.marks(chunk.size()) + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            delete.setLong(i + 1, chunk.get(i));
          }
          delete.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the tallies of the sources cannot be taken", e);
    }
    return tallies;
  }

  private static String write(SortedMap<Long, Integer> hours) {
    StringBuilder text = new StringBuilder();
    hours.forEach(
        (hour, count) ->
            text.append(text.isEmpty() ? "" : " ").append(hour).append('=').append(count));
    return text.toString();
  }

  private static SortedMap<Long, Integer> read(String text) {
    SortedMap<Long, Integer> hours = new TreeMap<>();
    if (!text.isEmpty()) {
      for (String one : text.split(" ", -1)) {
        int equals = one.indexOf('=');
        hours.put(
            Long.parseLong(one.substring(0, equals)), Integer.parseInt(one.substring(equals + 1)));
      }
    }
    return hours;
  }
}
