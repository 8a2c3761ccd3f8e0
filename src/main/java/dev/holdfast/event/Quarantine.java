package dev.holdfast.event;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Messages that could not be applied, as they came. Identity is (topic, partition, offset): a
 * message that is delivered again is not put aside twice.
 */
@ApplicationScoped
public class Quarantine {

  private static final int CHUNK = 64;

  /** Of one statement; far below what a database server takes as a packet (16 MB by default). */
  private static final int CHUNK_BYTES = 4 * 1024 * 1024;

  /** What is kept of a value that no event could have; the detail says how long it was. */
  private static final int KEPT_BYTES = 1024 * 1024;

  private static final int MAX_DETAIL = 500;

  /** Messages looked at in one transaction; each may be {@link #KEPT_BYTES} long. */
  private static final int ERASED_AT_ONCE = 16;

  private static final String SHOWN =
      "q.topic, q.partition_no, q.record_offset, s.name, q.reason, q.detail, q.payload,"
          + " q.quarantined_at, q.replayed_at FROM quarantine q JOIN source s ON s.id ="
          + " q.source_id";

  private final DataSource database;
  private final SystemClock clock;
  private final EventLog log;

  Quarantine(DataSource database, SystemClock clock, EventLog log) {
    this.database = database;
    this.clock = clock;
    this.log = log;
  }

  /** Where a message lies on the log. */
  public record Position(String topic, int partition, long offset) {

    /** {@code topic/partition/offset}. */
    @Override
    public String toString() {
      return topic + "/" + partition + "/" + offset;
    }
  }

  /**
   * One message to put aside.
   *
   * @param sourceId of the source in whose books it counts; {@link Sources#UNKNOWN} if unreadable
   * @param key the record's key as it came
   * @param payload the record's value as it came; of more than 1 MiB the beginning is kept
   * @param facts of the record, if its headers could be read: a replay of history stays history
   */
  @SuppressWarnings("ArrayRecordComponent") // Raw bytes that are stored, never compared.
  public record Entry(
      Position position,
      int sourceId,
      BadEvent.Reason reason,
      String detail,
      byte @Nullable [] key,
      byte @Nullable [] payload,
      @Nullable EventFacts facts) {

    /** What in it looks like the name of a customer. */
    public Set<CustomerName> names() {
      return MentionedNames.in(key, payload);
    }

    /** The same without anything that tells whom it is about. */
    public Entry ofNobody() {
      return new Entry(
          position,
          sourceId,
          reason,
          "of a customer who was erased; the message was not kept",
          null,
          null,
          facts);
    }
  }

  /**
   * One message that was put aside.
   *
   * @param replayedAt when it was sent again, null if it was not
   */
  @SuppressWarnings("ArrayRecordComponent") // Raw bytes that are shown, never compared.
  public record Kept(
      Position position,
      String source,
      String reason,
      String detail,
      byte @Nullable [] payload,
      Instant quarantinedAt,
      @Nullable Instant replayedAt) {

    private Kept withoutPayload() {
      return new Kept(position, source, reason, detail, null, quarantinedAt, replayedAt);
    }
  }

  /**
   * Puts messages aside in the caller's transaction.
   *
   * @return how many were new, by source id; to be booked with {@link SourceBatch#quarantined}
   */
  public Map<Integer, Integer> add(Connection connection, List<Entry> entries) throws SQLException {
    Map<Position, Entry> missing = new HashMap<>();
    entries.forEach(entry -> missing.put(entry.position(), entry));
    Map<Integer, Integer> added = new HashMap<>();
    Instant now = clock.now();
    List<Entry> distinct = new ArrayList<>(missing.values());
    List<Entry> kept = new ArrayList<>();
    for (List<Entry> chunk : chunks(distinct)) {
      insert(connection, chunk, now)
          .forEach(position -> kept.add(Objects.requireNonNull(missing.get(position))));
    }
    kept.forEach(entry -> added.merge(entry.sourceId(), 1, Integer::sum));
    SourceTallies.noteRefused(connection, kept);
    return added;
  }

  private static List<List<Entry>> chunks(List<Entry> entries) {
    List<List<Entry>> chunks = new ArrayList<>();
    List<Entry> chunk = new ArrayList<>();
    int bytes = 0;
    for (Entry entry : entries) {
      int more = length(kept(entry.key())) + length(kept(entry.payload()));
      if (chunk.size() == CHUNK || (!chunk.isEmpty() && bytes + more > CHUNK_BYTES)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        bytes = 0;
      }
      chunk.add(entry);
      bytes += more;
    }
    if (!chunk.isEmpty()) {
      chunks.add(chunk);
    }
    return chunks;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] kept(byte @Nullable [] bytes) {
    return length(bytes) <= KEPT_BYTES ? bytes : Arrays.copyOf(bytes, KEPT_BYTES);
  }

  private static List<Position> insert(Connection connection, List<Entry> chunk, Instant now)
      throws SQLException {
    String row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO quarantine (topic, partition_no, record_offset, source_id, reason,"
                + " detail, record_key, payload, backfill_available_at, backfill_assumed,"
                + " quarantined_at) VALUES "
                + String.join(", ", Collections.nCopies(chunk.size(), row))
                + " RETURNING topic, partition_no, record_offset")) {
      int i = 1;
      for (Entry entry : chunk) {
        insert.setString(i++, entry.position().topic());
        insert.setInt(i++, entry.position().partition());
        insert.setLong(i++, entry.position().offset());
        insert.setInt(i++, entry.sourceId());
        insert.setString(i++, entry.reason().wireName());
        String detail = entry.detail();
        insert.setString(
            i++, detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL));
        insert.setBytes(i++, kept(entry.key()));
        insert.setBytes(i++, kept(entry.payload()));
        EventFacts facts = entry.facts();
        EventFacts history = facts != null && facts.backfill() ? facts : null;
        insert.setObject(i++, history == null ? null : SqlTime.of(history.availableAt()));
        insert.setBoolean(i++, history != null && history.assumed());
        insert.setObject(i++, SqlTime.of(now));
      }
      try (ResultSet added = insert.executeQuery()) {
        List<Position> positions = new ArrayList<>();
        while (added.next()) {
          positions.add(new Position(added.getString(1), added.getInt(2), added.getLong(3)));
        }
        return positions;
      }
    }
  }

  /** What was put aside, newest first. */
  public List<Kept> newest(int limit, int skip) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + SHOWN
                    + " ORDER BY q.quarantined_at DESC, q.topic, q.partition_no, q.record_offset"
                    + " LIMIT ? OFFSET ?")) {
      select.setInt(1, limit);
      select.setInt(2, skip);
      try (ResultSet row = select.executeQuery()) {
        List<Kept> newest = new ArrayList<>();
        while (row.next()) {
          newest.add(kept(row));
        }
        return newest;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the quarantine cannot be read", e);
    }
  }

  private record Message(
      int sourceId, byte @Nullable [] key, byte @Nullable [] payload, @Nullable EventFacts facts) {}

  /**
   * Sends a message again and takes it out of the books of its source, into which it comes back
   * when it arrives. Marked only after the broker's acknowledgement: a failure leaves it as it was.
   *
   * @throws Problem 404 if there is no such message, 409 if it was replayed before, 422 if it is
   *     longer than any event, 503 if the broker does not take it
   */
  public void replay(Position position) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              try (Connection connection = database.getConnection()) {
                // Only this row is locked while the broker answers; the source's comes after.
                Message message = lock(connection, position);
                requireNotTooLarge(message, position);
                log.resend(message.key(), message.payload(), message.facts());
                markReplayed(connection, position, message.sourceId());
              } catch (SQLException e) {
                throw new IllegalStateException("a message cannot be replayed", e);
              }
            });
  }

  private static void requireNotTooLarge(Message message, Position position) {
    int bytes = length(message.payload());
    if (bytes > EventJson.MAX_BYTES) {
      throw Problem.unprocessable(
          "The message from "
              + position
              + " cannot be applied: an event may have at most "
              + EventJson.MAX_BYTES
              + " bytes. Let its source send it in parts.");
    }
  }

  private static Message lock(Connection connection, Position position) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT source_id, record_key, payload, replayed_at, backfill_available_at,"
                + " backfill_assumed FROM quarantine"
                + " WHERE topic = ? AND partition_no = ? AND record_offset = ? FOR UPDATE")) {
      bind(select, 1, position);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw Problem.notFound("No message is in quarantine from " + position + ".");
        }
        Instant replayedAt = SqlTime.read(row, 4);
        if (replayedAt != null) {
          throw Problem.conflict(
              "The message from " + position + " was replayed at " + replayedAt + ".");
        }
        Instant availableAt = SqlTime.read(row, 5);
        return new Message(
            row.getInt(1),
            row.getBytes(2),
            row.getBytes(3),
            availableAt == null ? null : new EventFacts(availableAt, row.getBoolean(6), true));
      }
    }
  }

  private void markReplayed(Connection connection, Position position, int sourceId)
      throws SQLException {
    try (PreparedStatement mark =
        connection.prepareStatement(
            "UPDATE quarantine SET replayed_at = ?"
                + " WHERE topic = ? AND partition_no = ? AND record_offset = ?")) {
      mark.setObject(1, SqlTime.of(clock.now()));
      bind(mark, 2, position);
      mark.executeUpdate();
    }
    try (PreparedStatement books =
        connection.prepareStatement(
            "UPDATE source SET received = received - 1, quarantined = quarantined - 1"
                + " WHERE id = ?")) {
      books.setInt(1, sourceId);
      books.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, int first, Position position)
      throws SQLException {
    statement.setString(first, position.topic());
    statement.setInt(first + 1, position.partition());
    statement.setLong(first + 2, position.offset());
  }

  /** Which of some names of customers are to leave no message behind. */
  public interface Unwanted {

    /** Those of these names that are unwanted. */
    Set<CustomerName> among(Set<CustomerName> names);
  }

  private record Named(Position position, Set<CustomerName> names) {}

  /**
   * Removes the messages that name unwanted customers, as their key or anywhere in their text, page
   * by page, each page a transaction of its own. In the books of their source they then count as
   * erased.
   *
   * @return how many were removed
   */
  public int erase(Unwanted unwanted) {
    int removed = 0;
    Position after = new Position("", 0, 0);
    while (after != null) {
      Position from = after;
      Page page = QuarkusTransaction.requiringNew().call(() -> erasePage(from, unwanted));
      removed += page.removed();
      after = page.last();
    }
    return removed;
  }

  private record Page(@Nullable Position last, int removed) {}

  private Page erasePage(Position after, Unwanted unwanted) {
    try (Connection connection = database.getConnection()) {
      List<Named> page = named(connection, after);
      if (page.isEmpty()) {
        return new Page(null, 0);
      }
      Set<CustomerName> names = new HashSet<>();
      page.forEach(message -> names.addAll(message.names()));
      Set<CustomerName> gone = names.isEmpty() ? Set.of() : unwanted.among(names);
      int removed = 0;
      for (Named message : page) {
        if (!Collections.disjoint(message.names(), gone)) {
          removed += erase(connection, message.position());
        }
      }
      return new Page(page.get(page.size() - 1).position(), removed);
    } catch (SQLException e) {
      throw new IllegalStateException("messages cannot be erased", e);
    }
  }

  private static List<Named> named(Connection connection, Position after) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT topic, partition_no, record_offset, record_key, payload FROM quarantine WHERE"
                + " topic > ? OR (topic = ? AND partition_no > ?) OR (topic = ? AND partition_no ="
                + " ? AND record_offset > ?) ORDER BY topic, partition_no, record_offset LIMIT "
                + ERASED_AT_ONCE)) {
      select.setString(1, after.topic());
      select.setString(2, after.topic());
      select.setInt(3, after.partition());
      bind(select, 4, after);
      try (ResultSet row = select.executeQuery()) {
        List<Named> page = new ArrayList<>();
        while (row.next()) {
          page.add(
              new Named(
                  new Position(row.getString(1), row.getInt(2), row.getLong(3)),
                  MentionedNames.in(row.getBytes(4), row.getBytes(5))));
        }
        return page;
      }
    }
  }

  private static int erase(Connection connection, Position position) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM quarantine WHERE topic = ? AND partition_no = ? AND record_offset = ?"
                + " RETURNING source_id, replayed_at")) {
      bind(delete, 1, position);
      try (ResultSet row = delete.executeQuery()) {
        if (!row.next()) {
          return 0;
        }
        if (SqlTime.read(row, 2) == null) {
          Jdbc.change(
              connection,
              "UPDATE source SET quarantined = quarantined - 1, erased = erased + 1 WHERE id IN"
                  + " (:ids)",
              List.of(row.getLong(1)));
        }
        return 1;
      }
    }
  }

  /**
   * The messages that hold one of these names; without what they say where they hold any that is
   * not among {@code own} too.
   *
   * @param own those of the names that mean nobody else
   */
  public List<Kept> naming(Set<CustomerName> names, Set<CustomerName> own) {
    List<Kept> found = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      List<Named> page = named(connection, new Position("", 0, 0));
      while (!page.isEmpty()) {
        for (Named message : page) {
          if (!Collections.disjoint(message.names(), names)) {
            boolean ofNobodyElse = own.containsAll(message.names());
            one(connection, message.position())
                .map(kept -> ofNobodyElse ? kept : kept.withoutPayload())
                .ifPresent(found::add);
          }
        }
        page = named(connection, page.get(page.size() - 1).position());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the quarantine cannot be read", e);
    }
    return found;
  }

  private static Optional<Kept> one(Connection connection, Position position) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + SHOWN
                + " WHERE q.topic = ? AND q.partition_no = ? AND q.record_offset = ?")) {
      bind(select, 1, position);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(kept(row)) : Optional.empty();
      }
    }
  }

  private static Kept kept(ResultSet row) throws SQLException {
    return new Kept(
        new Position(row.getString(1), row.getInt(2), row.getLong(3)),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getBytes(7),
        Objects.requireNonNull(SqlTime.read(row, 8)),
        SqlTime.read(row, 9));
  }
}
