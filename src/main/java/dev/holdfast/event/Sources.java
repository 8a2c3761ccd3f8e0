package dev.holdfast.event;

import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The sources of events: their names, cadence, watermarks and books. */
@ApplicationScoped
public class Sources {

  /** Books messages whose source cannot be read. */
  public static final String UNKNOWN = "unknown";

  private static final int MAX_NAME = 100;
  private static final int MAX_CACHED = 10_000;
  private static final Duration MAX_MAX_SILENCE = Duration.ofDays(366);
  private static final String COLUMNS =
      "id, name, cadence, max_silence_seconds, watermark, held_from, held_through, reported,"
          + " doubted, health, customers, incident_id, received, applied, duplicate, quarantined,"
          + " late, erased";

  private final DataSource database;

  /**
   * Ids and names of sources never change, so both caches stay true. Sources are few; a sender who
   * makes up a name an event must not fill the memory, so a full cache begins anew.
   */
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();

  private final Map<Integer, String> names = new ConcurrentHashMap<>();

  Sources(DataSource database) {
    this.database = database;
  }

  /**
   * The id of a source. One that was unknown is made, in a transaction of its own, as a stream with
   * the default silence.
   */
  public int idOf(String name) {
    Integer known = ids.get(name);
    if (known != null) {
      return known;
    }
    int id =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  ensure(name);
                  return byName(name).orElseThrow().id();
                });
    if (ids.size() >= MAX_CACHED) {
      ids.clear();
      names.clear();
    }
    ids.put(name, id);
    names.put(id, name);
    return id;
  }

  /** The name of source {@code id}. */
  public String nameOf(int id) {
    return names.computeIfAbsent(id, unknown -> byId(unknown).name());
  }

  /** All sources, by name. */
  public List<Source> all() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT " + COLUMNS + " FROM source ORDER BY name");
        ResultSet row = select.executeQuery()) {
      List<Source> all = new ArrayList<>();
      while (row.next()) {
        all.add(source(row));
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException("the sources cannot be read", e);
    }
  }

  /** The source called {@code name}, if it is known. */
  public Optional<Source> byName(String name) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT " + COLUMNS + " FROM source WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(source(row)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a source cannot be read", e);
    }
  }

  /** How far source {@code id} is known complete. */
  public Watermark watermark(int id) {
    return byId(id).watermark();
  }

  /**
   * Makes a source or changes how it reports.
   *
   * @throws IllegalArgumentException if the name or the silence is out of range
   */
  @Transactional
  public Source declare(String name, Cadence cadence, Duration maxSilence) {
    if (maxSilence.toSeconds() < 1 || maxSilence.compareTo(MAX_MAX_SILENCE) > 0) {
      throw new IllegalArgumentException(
          "maxSilence must be from 1 second to 366 days, was " + maxSilence);
    }
    ensure(name);
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE source SET cadence = ?, max_silence_seconds = ? WHERE name = ?")) {
      update.setString(1, cadence.wireName());
      update.setLong(2, maxSilence.toSeconds());
      update.setString(3, name);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the source cannot be declared", e);
    }
    return byName(name).orElseThrow();
  }

  /**
   * Declares that source {@code name} has reported everything up to {@code through}. The watermark
   * never goes back; an earlier instant changes nothing.
   */
  @Transactional
  public Source completeThrough(String name, Instant through) {
    ensure(name);
    try (Connection connection = database.getConnection()) {
      Source source = locked(connection, byName(name).orElseThrow().id());
      store(connection, source, source.reported().completeThrough(through), new SourceBatch());
    } catch (SQLException e) {
      throw new IllegalStateException("the watermark cannot be moved", e);
    }
    return byName(name).orElseThrow();
  }

  /**
   * Books a batch and moves the watermarks of streaming sources, in the caller's transaction. Rows
   * are locked in the order of their ids until it ends, so this belongs at its end.
   *
   * @param connection takes part in the caller's transaction
   * @param batches by source id
   * @return the watermarks afterwards, by source id, of a doubted source too
   */
  public Map<Integer, Watermark> record(Connection connection, Map<Integer, SourceBatch> batches)
      throws SQLException {
    Map<Integer, Watermark> watermarks = new HashMap<>();
    for (Map.Entry<Integer, SourceBatch> entry : new TreeMap<>(batches).entrySet()) {
      Source source = locked(connection, entry.getKey());
      Watermark watermark = source.reported();
      if (source.cadence() == Cadence.STREAM) {
        for (SourceBatch.Seen seen : entry.getValue().seen()) {
          watermark =
              seen.backfill()
                  ? watermark.observeBackfill(seen.occurredAt(), source.maxSilence())
                  : watermark.observe(seen.occurredAt(), source.maxSilence());
        }
      }
      store(connection, source, watermark, entry.getValue());
      watermarks.put(source.id(), watermark);
    }
    SourceTallies.note(connection, batches);
    return watermarks;
  }

  /**
   * Notes what the watch of the feeds found, in the caller's transaction. The watermark of a
   * doubted source stands still; once it is believed again, it is what was reported meanwhile.
   *
   * @param health in a word
   * @param customers whose last use the source reported
   * @param incident number of its open incident, null if there is none
   * @param doubted true if what it reports may be incomplete
   */
  @Transactional
  public void watched(
      int id, String health, long customers, @Nullable Long incident, boolean doubted) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE source SET health = ?, customers = ?, incident_id = ?, doubted = ?,"
                    + " watermark = IF(?, watermark, reported) WHERE id = ?")) {
      update.setString(1, health);
      update.setLong(2, customers);
      update.setObject(3, incident);
      update.setBoolean(4, doubted);
      update.setBoolean(5, doubted);
      update.setInt(6, id);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the health of a source cannot be noted", e);
    }
  }

  private void ensure(String name) {
    if (name.isBlank() || name.length() > MAX_NAME || !name.equals(name.strip())) {
      throw new IllegalArgumentException(
          "the name of a source must have 1 to 100 characters and no blanks at its ends, was \""
              + name
              + "\"");
    }
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO source (name, cadence, max_silence_seconds) VALUES (?, ?,"
                    + " ?)")) {
      insert.setString(1, name);
      insert.setString(2, Cadence.STREAM.wireName());
      insert.setLong(3, Cadence.STREAM.maxSilence().toSeconds());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("a source cannot be made", e);
    }
  }

  private Source byId(int id) {
    try (Connection connection = database.getConnection()) {
      return byId(connection, id, "");
    } catch (SQLException e) {
      throw new IllegalStateException("a source cannot be read", e);
    }
  }

  private static Source locked(Connection connection, int id) throws SQLException {
    return byId(connection, id, " FOR UPDATE");
  }

  private static Source byId(Connection connection, int id, String lock) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM source WHERE id = ?" + lock)) {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalArgumentException("there is no source with the id " + id);
        }
        return source(row);
      }
    }
  }

  private static void store(
      Connection connection, Source source, Watermark watermark, SourceBatch batch)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE source SET reported = ?, held_from = ?, held_through = ?, watermark ="
                + " IF(doubted, watermark, reported), received = received + ?, applied = applied +"
                + " ?, duplicate = duplicate + ?, quarantined = quarantined + ?, late = late + ?,"
                + " erased = erased + ? WHERE id = ?")) {
      update.setObject(1, SqlTime.of(watermark.reached()));
      update.setObject(2, SqlTime.of(watermark.heldFrom()));
      update.setObject(3, SqlTime.of(watermark.heldThrough()));
      Source.Books books = batch.books();
      update.setLong(4, books.received());
      update.setLong(5, books.applied());
      update.setLong(6, books.duplicate());
      update.setLong(7, books.quarantined());
      update.setLong(8, books.late());
      update.setLong(9, books.erased());
      update.setInt(10, source.id());
      update.executeUpdate();
    }
  }

  private static Source source(ResultSet row) throws SQLException {
    return new Source(
        row.getInt("id"),
        row.getString("name"),
        Cadence.of(row.getString("cadence")),
        Duration.ofSeconds(row.getLong("max_silence_seconds")),
        new Watermark(
            SqlTime.read(row, "watermark"),
            SqlTime.read(row, "held_from"),
            SqlTime.read(row, "held_through")),
        new Source.Feed(
            SqlTime.read(row, "reported"),
            row.getBoolean("doubted"),
            row.getString("health"),
            row.getLong("customers"),
            row.getObject("incident_id", Long.class)),
        new Source.Books(
            row.getLong("received"),
            row.getLong("applied"),
            row.getLong("duplicate"),
            row.getLong("quarantined"),
            row.getLong("late"),
            row.getLong("erased")));
  }
}
