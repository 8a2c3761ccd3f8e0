package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.Settings;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the states anew from the stored events, page by page in the order of customers. A state
 * that comes out as it was is left alone, so that a second run finds nothing to do; one that does
 * not is scored again, quietly. Who was not counted for the bell of a cohort yet is counted. Each
 * page is a transaction that also notes how far it went: a run that was cut short goes on there.
 *
 * <p>Rows that exist are locked, so the stream may run beside. Rows that are missing cannot be: if
 * any are, nothing else may write states.
 */
@ApplicationScoped
public class Rebuild {

  private static final int PAGE = 500;

  /** Whole histories that are counted at a time: they may be long. */
  private static final int SLICE = 20;

  private static final String REACHED = "rebuild.reached";

  private final DataSource database;
  private final Customers customers;
  private final CustomerStates states;
  private final EventStore events;
  private final Sources sources;
  private final Retiming retiming;
  private final AttendanceBooks attendance;
  private final Settings settings;
  private final SystemClock clock;

  Rebuild(
      DataSource database,
      Customers customers,
      CustomerStates states,
      EventStore events,
      Sources sources,
      Retiming retiming,
      AttendanceBooks attendance,
      Settings settings,
      SystemClock clock) {
    this.database = database;
    this.customers = customers;
    this.states = states;
    this.events = events;
    this.sources = sources;
    this.retiming = retiming;
    this.attendance = attendance;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What a run did.
   *
   * @param customers whose states were made from their events
   * @param different of which the stored state was missing or another
   */
  public record Result(long customers, long different) {

    Result plus(Result other) {
      return new Result(customers + other.customers, different + other.different);
    }
  }

  private record Page(long lastId, Result result) {}

  /**
   * Rebuilds all that is left to rebuild.
   *
   * @param actor recorded with the progress
   * @param progress told the result so far after each page
   */
  public Result run(String actor, Consumer<Result> progress) {
    Result sum = new Result(0, 0);
    while (true) {
      long after = settings.get(REACHED).map(Long::parseLong).orElse(0L);
      Page page = QuarkusTransaction.requiringNew().call(() -> page(after, actor));
      if (page.lastId() == after) {
        settings.put(REACHED, "0", actor);
        return sum;
      }
      sum = sum.plus(page.result());
      progress.accept(sum);
    }
  }

  private Page page(long after, String actor) throws SQLException {
    List<Long> ids = customersAfter(after);
    if (ids.isEmpty()) {
      return new Page(after, new Result(0, 0));
    }
    OperationalCalendar calendar = retiming.inForce();
    List<CustomerState> changed = new ArrayList<>();
    List<CustomerState> unchanged = new ArrayList<>();
    List<AttendanceBooks.News> uncounted = new ArrayList<>();
    long rebuilt = 0;
    Map<Long, String> names = customers.namesOf(ids);
    int partitions = partitions();
    Set<Long> present = states.read(ids).keySet();
    Collection<CustomerState> locked = states.lock(ids).values();
    Set<Long> gone = gone(locked);
    for (CustomerState state : locked) {
      if (gone.contains(state.customerId())) {
        continue;
      }
      List<Event> history = events.historyOf(state.customerId());
      if (history.isEmpty()) {
        continue;
      }
      rebuilt++;
      byte[] before = state.activity().toBytes();
      retiming.rebuild(state, calendar, history);
      if (!present.contains(state.customerId())
          || !Arrays.equals(before, state.activity().toBytes())) {
        describe(state, history, names.getOrDefault(state.customerId(), ""), partitions);
        changed.add(state);
      } else if (state.attendee() == null) {
        unchanged.add(state);
      }
      // Known before the bell was switched on: counted from the beginning, and once.
      if (state.attendee() == null) {
        uncounted.add(new AttendanceBooks.News(state, history));
      }
    }
    try (Connection connection = database.getConnection()) {
      for (int from = 0; from < uncounted.size(); from += SLICE) {
        List<AttendanceBooks.News> some =
            uncounted.subList(from, Math.min(uncounted.size(), from + SLICE));
        attendance.book(connection, some, calendar);
      }
    }
    unchanged.removeIf(state -> state.attendee() == null);
    states.save(changed);
    states.save(unchanged);
    long last = ids.get(ids.size() - 1);
    settings.put(REACHED, Long.toString(last), actor);
    return new Page(last, new Result(rebuilt, changed.size()));
  }

  /** Those without a row who were erased since they were listed: they must not get one. */
  private Set<Long> gone(Collection<CustomerState> locked) throws SQLException {
    Set<Long> gone =
        locked.stream()
            .filter(state -> state.activity().lastOccurredAt().equals(Instant.MIN))
            .map(CustomerState::customerId)
            .collect(Collectors.toSet());
    try (Connection connection = database.getConnection()) {
      gone.removeAll(customers.holdExisting(connection, gone));
    }
    return gone;
  }

  /** What the stream notes beside the state: where the customer's events come from. */
  private void describe(CustomerState state, List<Event> history, String name, int partitions) {
    state.seenIn(
        Utils.toPositive(Utils.murmur2(name.getBytes(StandardCharsets.UTF_8))) % partitions);
    history.stream()
        .filter(event -> event.kind().isUse())
        .reduce((earlier, later) -> later)
        .ifPresent(newest -> state.usageReportedBy(sources.idOf(newest.source())));
    state.rescoreAt(clock.now());
  }

  private List<Long> customersAfter(long after) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT " + PAGE)) {
      select.setLong(1, after);
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    } catch (SQLException failure) {
      throw new IllegalStateException("the customers cannot be read", failure);
    }
  }

  /** Of the topic of events, as far as they were ever used. */
  private int partitions() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT COALESCE(MAX(partition_no), 0) + 1 FROM partition_progress"
                    + " WHERE topic = ?")) {
      select.setString(1, Topics.EVENTS);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the partitions cannot be counted", failure);
    }
  }
}
