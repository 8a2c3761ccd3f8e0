package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.warning.CohortRule.Open;
import dev.holdfast.warning.SegmentLook.Shortfall;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of segments whose customers stopped coming, as stored: opened when the bell rings,
 * followed while it does, ended when they are back, all as {@link CohortRule} says and in the
 * transaction of the look that says so, so that a kill leaves all of it or nothing.
 */
@ApplicationScoped
class CohortIncidents implements CohortRule.Book {

  static final String KIND = "cohort";

  private static final Logger LOG = Logger.getLogger(CohortIncidents.class);

  private final DataSource database;
  private final Incidents incidents;
  private final BellConfig config;
  private final BusinessClock clock;
  private final CohortRule rule = new CohortRule(this);

  CohortIncidents(
      DataSource database, Incidents incidents, BellConfig config, BusinessClock clock) {
    this.database = database;
    this.incidents = incidents;
    this.config = config;
    this.clock = clock;
  }

  /** As {@link CohortRule#follow}, in the transaction of the look. */
  void follow(
      Rhythm rhythm,
      OperationalCalendar calendar,
      List<SegmentLook> looks,
      Map<String, Integer> ids,
      Bell bell,
      boolean news) {
    rule.follow(rhythm, calendar, looks, ids, bell, news, clock.now());
  }

  @Override
  public OptionalLong raise(
      Rhythm rhythm,
      SegmentLook look,
      Shortfall shortfall,
      double detectable,
      int segmentId,
      @Nullable Long parent,
      Instant since,
      Instant now) {
    boolean message = parent == null && openedSince(now) < config.mostMessagesADay();
    String words = words(rhythm, look, shortfall);
    OptionalLong opened = insert(rhythm, look, segmentId, parent, since, words, now);
    if (opened.isPresent()) {
      long id = opened.getAsLong();
      update(id, rhythm, look, shortfall, detectable);
      incidents.tell(
          id,
          now,
          Incidents.ITSELF,
          "opened",
          parent == null ? words : Incidents.cut(words + "; part of incident " + parent),
          message);
      LOG.warnf("Incident %d: %s", id, words);
    }
    return opened;
  }

  @Override
  public void update(
      long id, Rhythm rhythm, SegmentLook look, Shortfall shortfall, double detectable) {
    incidents.change(
        "UPDATE incident SET words = ?, expected = ?, came = ?, missing_low = ?, missing_high = ?,"
            + " dropped = ?, detectable = ? WHERE id = ?",
        Incidents.cut(words(rhythm, look, shortfall)),
        shortfall.expected(),
        shortfall.came(),
        shortfall.missingLow(),
        shortfall.missingHigh(),
        shortfall.drop(),
        Double.isNaN(detectable) ? null : detectable,
        id);
  }

  @Override
  public void attach(long child, long parent, Instant now) {
    incidents.change("UPDATE incident SET parent_id = ? WHERE id = ?", parent, child);
    incidents.tell(child, now, Incidents.ITSELF, "attached", "part of incident " + parent, false);
  }

  @Override
  public void end(long id, Instant now, String cause) {
    incidents.end(id, now, Incidents.ITSELF, cause);
    LOG.infof("Incident %d is over: %s", id, cause);
  }

  @Override
  public void outlived(long id, Instant now, String cause) {
    incidents.tell(
        id,
        now,
        Incidents.ITSELF,
        "changed",
        cause + "; it is called a fault of ours, so a person says when it is over",
        false);
  }

  static String words(Rhythm rhythm, SegmentLook one, Shortfall shortfall) {
    return String.format(
        Locale.ROOT,
        "%s: %.0f%% of the expected visits are missing since %s: %,d of %,.0f came, %,.0f to %,.0f"
            + " are missing",
        one.segment().key().equals(Segment.ALL) ? "all customers" : one.segment().key(),
        100 * shortfall.drop(),
        rhythm.named(shortfall.since()),
        shortfall.came(),
        shortfall.expected(),
        Math.max(0, shortfall.missingLow()),
        shortfall.missingHigh());
  }

  private OptionalLong insert(
      Rhythm rhythm,
      SegmentLook one,
      int segmentId,
      @Nullable Long parent,
      Instant since,
      String words,
      Instant now) {
    Look look = one.look();
    long missing =
        Double.isNaN(look.expected())
            ? 0
            : Math.max(0, Math.round(look.expected() * look.due() - look.came()));
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO incident (kind, subject, segment_id, parent_id, slot_seconds,"
                    + " conditions, words, customers, since, opened_at, held, state, open_marker)"
                    + " VALUES ('cohort', ?, ?, ?, ?, '', ?, ?, ?, ?, FALSE, 'open', 1)",
                Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, "segment:" + one.segment().key());
      insert.setInt(2, segmentId);
      insert.setObject(3, parent);
      insert.setInt(4, rhythm.seconds());
      insert.setString(5, Incidents.cut(words));
      insert.setLong(6, missing);
      SqlTime.set(insert, 7, since);
      SqlTime.set(insert, 8, now);
      if (insert.executeUpdate() == 0) {
        return OptionalLong.empty();
      }
      try (ResultSet key = insert.getGeneratedKeys()) {
        key.next();
        return OptionalLong.of(key.getLong(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("an incident of a segment cannot be opened", e);
    }
  }

  @Override
  public boolean toldOfLately(int segmentId, Instant since, Instant now) {
    return number(
            "SELECT COUNT(*) FROM incident WHERE kind = 'cohort' AND segment_id = ? AND (since >= ?"
                + " OR opened_at > ?)",
            segmentId,
            since,
            now.minus(config.refireAfter()))
        > 0;
  }

  private long openedSince(Instant now) {
    return number(
        "SELECT COUNT(*) FROM incident WHERE kind = 'cohort' AND parent_id IS NULL AND opened_at >"
            + " ?",
        now.minus(Rhythm.DAY.seconds(), ChronoUnit.SECONDS));
  }

  private long number(String sql, Object... values) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        select.setObject(i + 1, value instanceof Instant at ? SqlTime.of(at) : value);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the incidents of segments cannot be read", e);
    }
  }

  @Override
  public Map<Integer, Open> open() {
    Map<Integer, Open> open = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, segment_id, parent_id, slot_seconds, since, ours FROM incident WHERE"
                    + " kind = 'cohort' AND open_marker = 1");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long parent = row.getLong(3);
        Long parentId = row.wasNull() ? null : Long.valueOf(parent);
        Open one =
            new Open(
                row.getLong(1),
                row.getInt(2),
                parentId,
                row.getInt(4),
                SqlTime.required(row, "since"),
                row.getBoolean("ours"));
        open.put(one.segmentId(), one);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the open incidents of segments cannot be read", e);
    }
    return open;
  }

  /**
   * The figures of an incident of a segment.
   *
   * @throws Problem 404 if there is none with this number, or it is not of a segment
   */
  CohortFigures figures(long id) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT s.segment_key, i.segment_id, i.parent_id, i.slot_seconds, i.since,"
                    + " i.expected, i.came, i.missing_low, i.missing_high, i.dropped, i.detectable,"
                    + " (SELECT COUNT(*) FROM incident_customer c WHERE c.incident_id = i.id)"
                    + " FROM incident i JOIN bell_segment s ON s.id = i.segment_id WHERE i.id = ?"
                    + " AND i.kind = 'cohort'")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw Problem.notFound("There is no incident " + id + " of a segment.");
        }
        long parent = row.getLong(3);
        Long parentId = row.wasNull() ? null : Long.valueOf(parent);
        double detectable = row.getDouble(11);
        Double drop = row.wasNull() ? null : Double.valueOf(detectable);
        return new CohortFigures(
            row.getString(1),
            row.getInt(2),
            parentId,
            childrenOf(connection, id),
            row.getInt(4),
            SqlTime.required(row, "since"),
            row.getDouble(6),
            row.getLong(7),
            row.getDouble(6) - row.getLong(7),
            row.getDouble(8),
            row.getDouble(9),
            row.getDouble(10),
            drop,
            row.getLong(12));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the figures of an incident cannot be read", e);
    }
  }

  private static List<Long> childrenOf(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM incident WHERE parent_id = ? ORDER BY id")) {
      select.setLong(1, id);
      List<Long> children = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          children.add(row.getLong(1));
        }
      }
      return children;
    }
  }

  /** Open incidents of segments whose missing customers are not listed yet. */
  List<Long> unlisted() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT i.id FROM incident i WHERE i.kind = 'cohort' AND i.open_marker = 1 AND NOT"
                    + " EXISTS (SELECT 1 FROM incident_entry e WHERE e.incident_id = i.id AND"
                    + " e.action = 'listed') ORDER BY i.id");
        ResultSet row = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      while (row.next()) {
        ids.add(row.getLong(1));
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException("the incidents to be listed cannot be read", e);
    }
  }

  /** Keeps who is missing and what they share, in the caller's transaction. */
  void listed(long id, List<Long> customers, List<SharedTrait> traits, String words) {
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customers)) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO incident_customer (incident_id, customer_id) VALUES "
                    + "(?,?),".repeat(chunk.size() - 1)
                    + "(?,?)")) {
          int at = 1;
          for (long customer : chunk) {
            insert.setLong(at++, id);
            insert.setLong(at++, customer);
          }
          insert.executeUpdate();
        }
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO incident_trait (incident_id, place, trait, missing, of_missing, present,"
                  + " of_present, lift, p, q) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
        int place = 1;
        for (SharedTrait trait : traits) {
          insert.setLong(1, id);
          insert.setInt(2, place++);
          insert.setString(3, trait.trait());
          insert.setLong(4, trait.missing());
          insert.setLong(5, trait.ofMissing());
          insert.setLong(6, trait.present());
          insert.setLong(7, trait.ofPresent());
          insert.setDouble(8, trait.lift());
          insert.setDouble(9, trait.p());
          insert.setDouble(10, trait.q());
          insert.addBatch();
        }
        insert.executeBatch();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("who is missing cannot be kept", e);
    }
    incidents.change(
        "UPDATE incident SET customers = ? WHERE id = ? AND ? > 0",
        customers.size(),
        id,
        customers.size());
    incidents.tell(id, clock.now(), Incidents.ITSELF, "listed", words, false);
  }

  /** What the missing customers share, most telling first. */
  List<SharedTrait> traits(long id) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT trait, missing, of_missing, present, of_present, lift, p, q FROM"
                    + " incident_trait WHERE incident_id = ? ORDER BY place")) {
      select.setLong(1, id);
      List<SharedTrait> traits = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          traits.add(
              new SharedTrait(
                  row.getString(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getDouble(6),
                  row.getDouble(7),
                  row.getDouble(8)));
        }
      }
      return traits;
    } catch (SQLException e) {
      throw new IllegalStateException("what is shared cannot be read", e);
    }
  }

  /** Listed customers after one, in the order of their numbers. */
  List<Long> customersAfter(long id, long after, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM incident_customer WHERE incident_id = ? AND customer_id >"
                    + " ? ORDER BY customer_id LIMIT ?")) {
      select.setLong(1, id);
      select.setLong(2, after);
      select.setInt(3, limit);
      List<Long> customers = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          customers.add(row.getLong(1));
        }
      }
      return customers;
    } catch (SQLException e) {
      throw new IllegalStateException("who is missing cannot be read", e);
    }
  }
}
