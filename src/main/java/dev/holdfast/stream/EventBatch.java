package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Customers.Mention;
import dev.holdfast.event.BadEvent;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventFacts;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.EventStore.CustomerEvent;
import dev.holdfast.event.KindMapping;
import dev.holdfast.event.Quarantine;
import dev.holdfast.event.SourceBatch;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.scoring.ScoringConfig;
import dev.holdfast.stream.Stages.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One batch of messages, one READ COMMITTED transaction: resolve the customers and lock them,
 * append the new events, update the states, score, open and close episodes, keep the books.
 */
@ApplicationScoped
class EventBatch {

  private static final int LOOKED_UP_AT_MOST = 5;

  private static final Comparator<Event> IN_TIME =
      Comparator.comparing(Event::occurredAt).thenComparing(Event::key);

  private final DataSource database;
  private final PartitionProgress progress;
  private final KindMapping kinds;
  private final Customers customers;
  private final EventStore events;
  private final Quarantine quarantine;
  private final Sources sources;
  private final CustomerStates states;
  private final Calendars calendars;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Triggers triggers;
  private final AttendanceBooks attendance;
  private final ScoringConfig scoring;
  private final BusinessClock business;
  private final SystemClock system;
  private final MeterRegistry metrics;
  private final Stages stages;

  EventBatch(
      DataSource database,
      PartitionProgress progress,
      KindMapping kinds,
      Customers customers,
      EventStore events,
      Quarantine quarantine,
      Sources sources,
      CustomerStates states,
      Calendars calendars,
      Scorer scorer,
      RiskJournal journal,
      Triggers triggers,
      AttendanceBooks attendance,
      ScoringConfig scoring,
      BusinessClock business,
      SystemClock system,
      MeterRegistry metrics) {
    this.database = database;
    this.progress = progress;
    this.kinds = kinds;
    this.customers = customers;
    this.events = events;
    this.quarantine = quarantine;
    this.sources = sources;
    this.states = states;
    this.calendars = calendars;
    this.scorer = scorer;
    this.journal = journal;
    this.triggers = triggers;
    this.attendance = attendance;
    this.scoring = scoring;
    this.business = business;
    this.system = system;
    this.metrics = metrics;
    this.stages = new Stages(metrics);
  }

  /** A message that could be read, and where it came from. */
  private record Message(Event event, int partition) {}

  /** What became of the messages of a batch. */
  private record Tally(int applied, int duplicate, int quarantined, int erased) {}

  /** The customers of a batch, by mention, and their rows, locked. */
  private record Found(Map<Mention, Long> ids, SortedMap<Long, CustomerState> locked) {}

  /** Applies the messages, or changes nothing and throws. Messages applied before are skipped. */
  void apply(List<ConsumerRecord<byte[], byte[]>> records) {
    Stages.Watch watch = stages.start();
    Tally tally =
        QuarkusTransaction.requiringNew()
            .timeout(120)
            .call(
                () -> {
                  try (Connection connection = database.getConnection()) {
                    return apply(connection, records, watch);
                  }
                });
    watch.ended(Stage.COMMIT);
    count("applied", tally.applied());
    count("duplicate", tally.duplicate());
    count("quarantined", tally.quarantined());
    count("erased", tally.erased());
  }

  private void count(String result, int messages) {
    metrics.counter("holdfast.events", "result", result).increment(messages);
  }

  /** Moves one message that can never be applied to the quarantine, with what it failed on. */
  void putAside(ConsumerRecord<byte[], byte[]> record, RuntimeException failure) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              try (Connection connection = database.getConnection()) {
                if (!progress.advance(connection, List.of(record)).isEmpty()) {
                  Map<Integer, SourceBatch> books = new HashMap<>();
                  BadEvent problem =
                      new BadEvent(BadEvent.Reason.INAPPLICABLE, PatientBatches.words(failure));
                  putAside(connection, List.of(entry(record, problem)), books);
                  sources.record(connection, books);
                }
              } catch (SQLException e) {
                throw new IllegalStateException("a message could not be put aside", e);
              }
            });
    count("quarantined", 1);
  }

  private Tally apply(
      Connection connection, List<ConsumerRecord<byte[], byte[]>> records, Stages.Watch watch)
      throws SQLException {
    List<ConsumerRecord<byte[], byte[]>> unseen = progress.advance(connection, records);
    Map<Integer, SourceBatch> books = new HashMap<>();
    OperationalCalendar calendar = calendars.inForce(connection);
    watch.ended(Stage.PROGRESS);

    List<Message> messages = read(connection, unseen, books);
    watch.ended(Stage.PARSE);
    Found found = find(connection, messages, watch);
    SortedMap<Long, CustomerState> locked = found.locked();
    List<Message> ofSomebody = leaveOutErased(messages, found.ids(), books);

    Map<Long, List<Message>> news = append(connection, ofSomebody, found.ids(), books);
    watch.ended(Stage.APPEND);
    for (Map.Entry<Long, List<Message>> entry : news.entrySet()) {
      update(connection, required(locked, entry.getKey()), entry.getValue(), calendar);
    }
    watch.ended(Stage.UPDATE);
    scoreAndTrigger(locked, news, watch);
    attendance.book(connection, attended(locked, news), calendar);
    watch.ended(Stage.ATTENDANCE);

    states.save(news.keySet().stream().map(id -> required(locked, id)).toList());
    watch.ended(Stage.SAVE);
    // Last, because the rows of the sources are shared by all batches.
    sources.record(connection, books);
    watch.ended(Stage.BOOKS);
    int applied = news.values().stream().mapToInt(List::size).sum();
    return new Tally(
        applied,
        ofSomebody.size() - applied,
        unseen.size() - messages.size(),
        messages.size() - ofSomebody.size());
  }

  private List<Message> read(
      Connection connection,
      List<ConsumerRecord<byte[], byte[]>> records,
      Map<Integer, SourceBatch> books)
      throws SQLException {
    List<Message> messages = new ArrayList<>();
    List<Quarantine.Entry> bad = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        messages.add(
            new Message(EventJson.parse(record.value(), facts(record), kinds), record.partition()));
      } catch (BadEvent problem) {
        bad.add(entry(record, problem));
      }
    }
    putAside(connection, bad, books);
    return messages;
  }

  private EventFacts facts(ConsumerRecord<byte[], byte[]> record) throws BadEvent {
    return EventFacts.of(record.headers(), business.at(Instant.ofEpochMilli(record.timestamp())));
  }

  private Quarantine.Entry entry(ConsumerRecord<byte[], byte[]> record, BadEvent problem) {
    EventFacts facts;
    try {
      facts = facts(record);
    } catch (BadEvent unreadable) {
      facts = null;
    }
    return new Quarantine.Entry(
        new Quarantine.Position(record.topic(), record.partition(), record.offset()),
        sources.idOf(Sources.UNKNOWN),
        problem.reason(),
        problem.detail(),
        record.key(),
        record.value(),
        facts);
  }

  private void putAside(
      Connection connection, List<Quarantine.Entry> bad, Map<Integer, SourceBatch> books)
      throws SQLException {
    if (!bad.isEmpty()) {
      quarantine
          .add(connection, withoutErased(bad))
          .forEach((source, rows) -> booksOf(books, source).quarantined(rows));
    }
  }

  /** Nothing of a customer who was erased may lie in quarantine either. */
  private List<Quarantine.Entry> withoutErased(List<Quarantine.Entry> bad) {
    if (!customers.anybodyErased()) {
      return bad;
    }
    Map<Quarantine.Entry, Set<CustomerName>> names = new IdentityHashMap<>();
    Set<CustomerName> all = new HashSet<>();
    for (Quarantine.Entry entry : bad) {
      Set<CustomerName> own = entry.names();
      names.put(entry, own);
      all.addAll(own);
    }
    Set<CustomerName> erased = customers.erased(all, business.now());
    return bad.stream()
        .map(
            entry ->
                Collections.disjoint(names.getOrDefault(entry, Set.of()), erased)
                    ? entry
                    : entry.ofNobody())
        .toList();
  }

  /**
   * Whom the messages are about, and their rows, locked. A name may still be remembered of whom an
   * erasure has just removed: then it is looked up anew, so that nothing is written about somebody
   * who is gone.
   */
  private Found find(Connection connection, List<Message> messages, Stages.Watch watch)
      throws SQLException {
    for (int i = 0; i < LOOKED_UP_AT_MOST; i++) {
      Map<Mention, Long> ids = resolve(messages);
      watch.ended(Stage.RESOLVE);
      SortedMap<Long, CustomerState> locked = states.lock(Set.copyOf(ids.values()));
      Set<Long> without =
          locked.values().stream()
              .filter(state -> state.activity().lastOccurredAt().equals(Instant.MIN))
              .map(CustomerState::customerId)
              .collect(Collectors.toSet());
      Set<Long> existing = customers.holdExisting(connection, without);
      watch.ended(Stage.LOCK);
      if (existing.size() == without.size()) {
        return new Found(ids, locked);
      }
      customers.forgetNow(
          ids.entrySet().stream()
              .filter(one -> without.contains(one.getValue()) && !existing.contains(one.getValue()))
              .map(one -> one.getKey().name())
              .toList());
    }
    throw new IllegalStateException("customers of a batch are erased again and again");
  }

  /** Of a customer who was erased nothing is kept but the count. */
  private List<Message> leaveOutErased(
      List<Message> messages, Map<Mention, Long> ids, Map<Integer, SourceBatch> books) {
    List<Message> ofSomebody = new ArrayList<>(messages.size());
    for (Message message : messages) {
      if (ids.containsKey(mention(message.event()))) {
        ofSomebody.add(message);
      } else {
        booksOf(books, sources.idOf(message.event().source())).erased();
      }
    }
    return ofSomebody;
  }

  /** Each name as of its event: a number that was recycled since meant somebody else then. */
  private Map<Mention, Long> resolve(List<Message> messages) {
    return customers.resolve(messages.stream().map(message -> mention(message.event())).toList());
  }

  private static Mention mention(Event event) {
    return new Mention(event.customer(), event.occurredAt());
  }

  /** Stores what is new; a repeat within the batch or of the past is counted and dropped. */
  private Map<Long, List<Message>> append(
      Connection connection,
      List<Message> messages,
      Map<Mention, Long> ids,
      Map<Integer, SourceBatch> books)
      throws SQLException {
    List<CustomerEvent> candidates = new ArrayList<>();
    for (Message message : messages) {
      Event event = message.event();
      candidates.add(
          new CustomerEvent(required(ids, mention(event)), event, sources.idOf(event.source())));
    }
    Set<Integer> added = events.append(connection, candidates);
    Map<Long, List<Message>> news = new TreeMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      CustomerEvent candidate = candidates.get(i);
      SourceBatch book = booksOf(books, candidate.sourceId());
      if (added.contains(i)) {
        book.applied(candidate.event());
        news.computeIfAbsent(candidate.customerId(), id -> new ArrayList<>()).add(messages.get(i));
      } else {
        book.duplicate();
      }
    }
    return news;
  }

  /**
   * The state depends on the set of events alone: an event of the past rebuilds it from all, and so
   * does any event a state that an earlier version stored or another calendar measured.
   */
  private void update(
      Connection connection, CustomerState state, List<Message> news, OperationalCalendar calendar)
      throws SQLException {
    List<Event> inTime = news.stream().map(Message::event).sorted(IN_TIME).toList();
    if (state.activity().precedesLast(inTime.get(0))
        || state.activity().rebuildDue()
        || !state.activity().retime(calendar)) {
      ActivityState rebuilt = ActivityState.empty(calendar);
      events.historyOf(connection, state.customerId()).forEach(rebuilt::apply);
      state.rebuilt(rebuilt);
    } else {
      inTime.forEach(state.activity()::apply);
    }
    state.seenIn(news.get(news.size() - 1).partition());
    Event usage = newestUsage(news);
    if (usage != null && usage.occurredAt().equals(state.activity().lastUsageAt())) {
      state.usageReportedBy(sources.idOf(usage.source()));
    }
  }

  /**
   * Scores each customer as of their own newest event: silence after it is the timers' business,
   * which know how far the data are complete. Silence that they have counted stays counted unless
   * usage ends it; silence in a fault of ours is not counted while that lasts. History is scored
   * later, once, without triggering.
   */
  private void scoreAndTrigger(
      SortedMap<Long, CustomerState> locked, Map<Long, List<Message>> news, Stages.Watch watch) {
    Scorer.Session session = scorer.session();
    Instant settled = system.now().plus(scoring.settle());
    Map<Long, Rescored> scored = new HashMap<>();
    Map<Long, Instant> returned = new HashMap<>();
    Map<Long, Instant> closed = new HashMap<>();
    for (Map.Entry<Long, List<Message>> entry : news.entrySet()) {
      CustomerState state = required(locked, entry.getKey());
      Event usage = newestUsage(entry.getValue());
      Score before = state.score();
      if (entry.getValue().stream().allMatch(message -> message.event().backfill())) {
        state.rescoreAt(settled);
      } else if (usage == null && state.judgedAfterHold()) {
        state.leaveToTimer();
      } else {
        session
            .score(state, usage == null && before != null ? before.asOf() : null)
            .ifPresent(one -> scored.put(state.customerId(), one));
      }
      if (usage != null) {
        returned.put(state.customerId(), usage.occurredAt());
      }
      if (state.activity().closed()) {
        closed.put(state.customerId(), state.activity().lastOccurredAt());
      }
    }
    watch.ended(Stage.SCORE);
    journal.record(scored.values());
    triggers.crossed(scored.values());
    if (triggers.watchEvents()) {
      triggers.happened(happened(locked, news));
    }
    triggers.end(scored, returned, closed);
    watch.ended(Stage.TRIGGER);
  }

  private static List<Triggers.Happened> happened(
      SortedMap<Long, CustomerState> locked, Map<Long, List<Message>> news) {
    List<Triggers.Happened> all = new ArrayList<>();
    news.forEach(
        (id, messages) ->
            all.add(
                new Triggers.Happened(
                    required(locked, id), messages.stream().map(Message::event).toList())));
    return all;
  }

  private static List<AttendanceBooks.News> attended(
      SortedMap<Long, CustomerState> locked, Map<Long, List<Message>> news) {
    List<AttendanceBooks.News> all = new ArrayList<>();
    news.forEach(
        (id, messages) ->
            all.add(
                new AttendanceBooks.News(
                    required(locked, id), messages.stream().map(Message::event).toList())));
    return all;
  }

  private static @Nullable Event newestUsage(List<Message> news) {
    return news.stream()
        .map(Message::event)
        .filter(event -> event.kind().isUse())
        .max(IN_TIME)
        .orElse(null);
  }

  private static SourceBatch booksOf(Map<Integer, SourceBatch> books, int source) {
    return books.computeIfAbsent(source, id -> new SourceBatch());
  }

  private static <K, V> V required(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException("nothing was resolved for " + key);
    }
    return value;
  }
}
