package dev.holdfast.warning;

import dev.holdfast.access.Audit;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The incidents and what people do with them. Each change is one transaction with its line of
 * history and its message on {@code holdfast.warnings}, so that none is lost and none is sent for
 * nothing.
 */
@ApplicationScoped
public class Incidents {

  /** The actor of what nobody did. */
  static final String ITSELF = "holdfast";

  private static final int MAX_WORDS = 1_000;
  static final String COLUMNS =
      "id, kind, subject, source_id, conditions, words, customers, since, opened_at, held,"
          + " hold_until, ours, state, owner, acknowledged_at, resolved_at, resolved_by, cause";

  private final DataSource database;
  private final Sources sources;
  private final Calendars calendars;
  private final FeedStore feeds;
  private final Notices notices;
  private final Outbox outbox;
  private final Audit audit;
  private final BusinessClock clock;

  Incidents(
      DataSource database,
      Sources sources,
      Calendars calendars,
      FeedStore feeds,
      Notices notices,
      Outbox outbox,
      Audit audit,
      BusinessClock clock) {
    this.database = database;
    this.sources = sources;
    this.calendars = calendars;
    this.feeds = feeds;
    this.notices = notices;
    this.outbox = outbox;
    this.audit = audit;
    this.clock = clock;
  }

  /** An incident and the source it is about, null for none. */
  private record Row(Incident incident, @Nullable Integer sourceId) {}

  /**
   * Incidents, newest first.
   *
   * @param all the resolved ones too
   * @param limit how many at most
   */
  public List<Incident> list(boolean all, int limit) {
    return read(
            "SELECT "
                + COLUMNS
                + " FROM incident"
                + (all ? "" : " WHERE open_marker = 1")
                + " ORDER BY id DESC LIMIT ?",
            limit)
        .stream()
        .map(Row::incident)
        .toList();
  }

  /**
   * One incident with its history.
   *
   * @throws Problem 404 if there is none with this number
   */
  public Incident.WithHistory get(long id) {
    List<Row> found = read("SELECT " + COLUMNS + " FROM incident WHERE id = ?", id);
    if (found.isEmpty()) {
      throw unknown(id);
    }
    List<Incident.Entry> history = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT at, actor, action, text FROM incident_entry WHERE incident_id = ?"
                    + " ORDER BY id")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          history.add(
              new Incident.Entry(
                  SqlTime.required(row, "at"),
                  row.getString("actor"),
                  row.getString("action"),
                  row.getString("text")));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the history of an incident cannot be read", e);
    }
    return new Incident.WithHistory(found.get(0).incident(), history);
  }

  /**
   * Says that somebody saw it, and whether it is a fault of ours. While one of ours lasts, its
   * customers are not taken for leavers: their silence counts up to its beginning.
   *
   * @param ours null to leave that as it is
   * @throws Problem 404 if there is none with this number, 409 if it is resolved
   */
  @Transactional
  public Incident acknowledge(long id, @Nullable Boolean ours, String actor) {
    Incident before = unresolved(id).incident();
    if (before.state() == Incident.State.OPEN) {
      Instant now = clock.now();
      change(
          "UPDATE incident SET state = 'acknowledged', acknowledged_at = ?,"
              + " owner = COALESCE(owner, ?) WHERE id = ?",
          now,
          actor,
          id);
      tell(id, now, actor, "acknowledged", null, true);
    }
    if (ours != null && ours != before.ours()) {
      change("UPDATE incident SET ours = ?, holding = TRUE WHERE id = ?", ours, id);
      tell(id, clock.now(), actor, "said-ours", ours ? "yes" : "no", false);
    }
    return get(id).incident();
  }

  /**
   * Names who looks after it.
   *
   * @throws Problem 404 if there is none with this number, 409 if it is resolved
   */
  @Transactional
  public Incident assign(long id, String owner, String actor) {
    unresolved(id);
    change("UPDATE incident SET owner = ? WHERE id = ?", owner, id);
    tell(id, clock.now(), actor, "assigned", owner, false);
    return get(id).incident();
  }

  /**
   * Adds a line to its history, also when it is resolved.
   *
   * @throws Problem 404 if there is none with this number
   */
  @Transactional
  public Incident comment(long id, String text, String actor) {
    locked(id);
    tell(id, clock.now(), actor, "commented", text, false);
    return get(id).incident();
  }

  /**
   * Ends it: the data are right as they are, and what came after a gap counts as complete. The
   * timers go on at once, and what was wrong raises no new incident until it has passed.
   *
   * @param cause what it was
   * @param outage true if customers could not use the service meanwhile: declared in the calendar
   *     with the end, so that nobody rings for this silence in between
   * @throws Problem 404 if there is none with this number, 409 if it is resolved, 422 if it lasted
   *     no time or there are too many outages
   */
  @Transactional
  public Incident resolve(long id, String cause, boolean outage, String actor) {
    if (outage) {
      // The calendar before the incident, as whoever scores takes them.
      declareOutage(get(id).incident(), cause, actor);
    }
    Row row = unresolved(id);
    Integer sourceId = row.sourceId();
    if (sourceId != null) {
      FeedStore.Memory memory = feeds.memory(sourceId);
      Set<FeedCondition> muted = new HashSet<>(memory.muted());
      muted.addAll(row.incident().conditions());
      feeds.remember(sourceId, new FeedStore.Memory(null, null, muted));
      Instant heldThrough = sources.watermark(sourceId).heldThrough();
      if (heldThrough != null) {
        sources.completeThrough(sources.nameOf(sourceId), heldThrough);
      }
      sources.watched(
          sourceId,
          FeedCondition.write(row.incident().conditions()),
          row.incident().customers(),
          null,
          false);
    }
    end(id, clock.now(), actor, cause);
    return get(id).incident();
  }

  private void declareOutage(Incident incident, String cause, String actor) {
    Instant now = clock.now();
    if (!now.isAfter(incident.since())) {
      throw Problem.unprocessable("Incident " + incident.id() + " lasted no time.");
    }
    calendars.declare(
        new Outage(incident.since(), now), "incident " + incident.id() + ": " + cause, actor);
  }

  /** Notes in the history of an incident that a campaign for its customers was started. */
  void campaignStarted(long id, String campaign, String actor) {
    locked(id);
    tell(id, clock.now(), actor, "campaign-started", campaign, false);
  }

  /** The open incident of a feed, locked until the caller's transaction ends. */
  Optional<Incident> openOf(Source source) {
    return read(
            "SELECT "
                + COLUMNS
                + " FROM incident WHERE source_id = ? AND kind = 'feed' AND open_marker = 1"
                + " FOR UPDATE",
            source.id())
        .stream()
        .map(Row::incident)
        .findFirst();
  }

  /** Opens the incident of a feed; whoever comes second finds it open and does nothing. */
  Optional<Incident> open(
      Source source,
      Set<FeedCondition> conditions,
      String words,
      long customers,
      Instant since,
      Instant holdUntil,
      Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO incident (kind, subject, source_id, conditions, words,"
                    + " customers, since, opened_at, held, hold_until, state, open_marker) VALUES"
                    + " ('feed', ?, ?, ?, ?, ?, ?, ?, TRUE, ?, 'open', 1)",
                Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, "source:" + source.name());
      insert.setInt(2, source.id());
      insert.setString(3, FeedCondition.write(conditions));
      insert.setString(4, cut(words));
      insert.setLong(5, customers);
      SqlTime.set(insert, 6, since);
      SqlTime.set(insert, 7, now);
      SqlTime.set(insert, 8, holdUntil);
      if (insert.executeUpdate() == 0) {
        return Optional.empty();
      }
      long id;
      try (ResultSet key = insert.getGeneratedKeys()) {
        key.next();
        id = key.getLong(1);
      }
      tell(id, now, ITSELF, "opened", cut(words), true);
      return Optional.of(get(id).incident());
    } catch (SQLException e) {
      throw new IllegalStateException("an incident cannot be opened", e);
    }
  }

  /** Notes what an open incident of a feed is by now. */
  void follow(
      Incident before,
      Set<FeedCondition> conditions,
      String words,
      long customers,
      Instant holdUntil,
      boolean held,
      Instant now) {
    change(
        "UPDATE incident SET conditions = ?, words = ?, customers = ?, hold_until = ?, held = ?"
            + " WHERE id = ?",
        FeedCondition.write(conditions),
        cut(words),
        customers,
        holdUntil,
        held,
        before.id());
    if (!conditions.equals(before.conditions())) {
      tell(before.id(), now, ITSELF, "changed", cut(words), false);
    }
    if (held != before.held()) {
      tell(before.id(), now, ITSELF, held ? "held" : "released", null, false);
    }
  }

  /** Ends an incident in the caller's transaction. */
  void end(long id, Instant now, String actor, String cause) {
    change(
        "UPDATE incident SET state = 'resolved', held = FALSE, resolved_at = ?, resolved_by = ?,"
            + " cause = ?, open_marker = NULL WHERE id = ?",
        now,
        actor,
        cause,
        id);
    tell(id, now, actor, "resolved", cause, true);
  }

  /**
   * The line of history, the audit of what people do, the message, and the notice to the owner, who
   * is named by rule when an incident opens.
   */
  void tell(
      long id, Instant now, String actor, String action, @Nullable String text, boolean message) {
    if (action.equals(Notices.OPENED)) {
      nameOwner(get(id).incident());
    }
    change(
        "INSERT INTO incident_entry (incident_id, at, actor, action, text) VALUES (?, ?, ?, ?, ?)",
        id,
        now,
        actor,
        action,
        text);
    if (!actor.equals(ITSELF)) {
      audit.record(actor, "incident-" + action, "incident:" + id, text);
    }
    Incident incident = get(id).incident();
    if (message) {
      outbox.add(Topics.WARNINGS, incident.subject(), "incident." + action, incident);
    }
    notices.about(incident, action, actor, now);
  }

  private void nameOwner(Incident incident) {
    notices
        .ownerOf(incident.kind(), incident.subject())
        .ifPresent(
            owner -> change("UPDATE incident SET owner = ? WHERE id = ?", owner, incident.id()));
  }

  private Row unresolved(long id) {
    Row row = locked(id);
    if (row.incident().state() == Incident.State.RESOLVED) {
      throw Problem.conflict(
          "Incident " + id + " was resolved at " + row.incident().resolvedAt() + ".");
    }
    return row;
  }

  /**
   * An incident, locked until the caller's transaction ends.
   *
   * @throws Problem 404 if there is none with this number
   */
  Incident lock(long id) {
    return locked(id).incident();
  }

  private Row locked(long id) {
    List<Row> found = read("SELECT " + COLUMNS + " FROM incident WHERE id = ? FOR UPDATE", id);
    if (found.isEmpty()) {
      throw unknown(id);
    }
    return found.get(0);
  }

  private static Problem unknown(long id) {
    return Problem.notFound("There is no incident " + id + ".");
  }

  void change(String sql, @Nullable Object... values) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        statement.setObject(i + 1, value instanceof Instant at ? SqlTime.of(at) : value);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("an incident cannot be changed", e);
    }
  }

  private List<Row> read(String sql, long parameter) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, parameter);
      List<Row> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(new Row(of(row), Jdbc.integer(row, "source_id")));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the incidents cannot be read", e);
    }
  }

  static Incident of(ResultSet row) throws SQLException {
    return new Incident(
        row.getLong("id"),
        row.getString("kind"),
        row.getString("subject"),
        FeedCondition.read(row.getString("conditions")),
        row.getString("words"),
        row.getLong("customers"),
        SqlTime.required(row, "since"),
        SqlTime.required(row, "opened_at"),
        row.getBoolean("held"),
        SqlTime.read(row, "hold_until"),
        row.getBoolean("ours"),
        Incident.State.of(row.getString("state")),
        row.getString("owner"),
        SqlTime.read(row, "acknowledged_at"),
        SqlTime.read(row, "resolved_at"),
        row.getString("resolved_by"),
        row.getString("cause"));
  }

  static String cut(String words) {
    return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS);
  }
}
