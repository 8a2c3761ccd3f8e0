package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Rounds;
import dev.holdfast.warning.BellStore.StoredLook;
import dev.holdfast.warning.Cells.Cell;
import dev.holdfast.warning.Look.Verdict;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The bell for a cohort, live. Adds up what the stream counted and looks at each day and hour once,
 * when every source of its customers is complete past it; one replica at a time.
 *
 * <p>A look, the incidents that it opens, follows or ends and their messages are one transaction,
 * which first locks how far the looks have come: whoever else looks at the same slot then finds it
 * done, and a kill leaves all or nothing. What the series of the segments remember is not stored;
 * it is made from the stored looks at the start, and again whenever another replica has looked
 * since or a transaction failed.
 *
 * <p>Customers of a source with an open incident, or of one that is not complete for too long, are
 * left out of a slot; a segment that loses more than half of its due customers so is not judged in
 * it, and neither is anybody on a holiday or in a declared outage.
 */
@ApplicationScoped
public class BellWatch {

  private static final Logger LOG = Logger.getLogger(BellWatch.class);
  private static final String LEASE = "bell";
  private static final Duration LEASE_LENGTH = Duration.ofMinutes(10);
  private static final int ADD_UPS = 1_000;
  // Series remember twelve weeks; before that they need some to know what is usual.
  private static final int WEEKS_READ_AGAIN = 26;
  private static final int LOADED_DAYS = 30;
  private static final int COUNTS_KEPT_DAYS = 100;
  private static final int LOOKS_KEPT_DAYS = 2 * 366;
  private static final int HOURS_BACK_AT_START_DAYS = 84;
  private static final int DAY_HOURS = 24;
  private static final int SLOTS_AT_ONCE = 100;

  private final BellStore store;
  private final Cells cells;
  private final CohortIncidents incidents;
  private final MissingCustomers missing;
  private final CompleteSources complete;
  private final Sources sources;
  private final Calendars calendars;
  private final BellGauges gauges;
  private final Leases leases;
  private final BellConfig config;
  private final BellRules rules;
  private final BusinessClock clock;
  private final Rounds rounds;

  private final Map<Rhythm, Memory> memories = new EnumMap<>(Rhythm.class);

  BellWatch(
      BellStore store,
      Cells cells,
      CohortIncidents incidents,
      MissingCustomers missing,
      CompleteSources complete,
      Sources sources,
      Calendars calendars,
      BellGauges gauges,
      Leases leases,
      BellConfig config,
      BusinessClock clock,
      Rounds rounds) {
    this.store = store;
    this.cells = cells;
    this.incidents = incidents;
    this.missing = missing;
    this.complete = complete;
    this.sources = sources;
    this.calendars = calendars;
    this.gauges = gauges;
    this.leases = leases;
    this.config = config;
    this.rules = BellRules.of(config);
    this.clock = clock;
    this.rounds = rounds;
  }

  /** What is remembered between looks of a rhythm; made anew from what is stored if in doubt. */
  private static final class Memory {
    final SegmentTree tree;
    final Map<Integer, Cell> cells;
    final Map<String, Integer> ids;
    final Bell bell;
    final int places;
    OptionalLong next;

    Memory(
        SegmentTree tree,
        Map<Integer, Cell> cells,
        Map<String, Integer> ids,
        Bell bell,
        int places,
        OptionalLong next) {
      this.tree = tree;
      this.cells = cells;
      this.ids = ids;
      this.bell = bell;
      this.places = places;
      this.next = next;
    }
  }

  @Scheduled(
      every = "{holdfast.bell.every:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    if (config.enabled()) {
      rounds.round(LOG, "The segments could not be looked at", this::look);
    }
  }

  /**
   * Looks at all slots that are complete by now.
   *
   * @return false if nothing was done because another replica is at it
   */
  public boolean look() {
    return leases
        .holding(
            LEASE,
            LEASE_LENGTH,
            () -> {
              gauges.evaluation(this::lookNow);
              return true;
            })
        .orElse(false);
  }

  /** The same without the lease, which only spares work: the slots themselves are locked. */
  synchronized void lookNow() {
    Instant now = clock.now();
    // Before the counts are added up: what is complete by this is then among them.
    Map<Integer, Instant> through = complete.through(now);
    boolean all = false;
    for (int i = 0; i < ADD_UPS && !all; i++) {
      all = QuarkusTransaction.requiringNew().call(store::addUp);
    }
    if (!all) {
      LOG.info("Many visits are still to be counted; the segments are looked at after that");
      return;
    }
    OperationalCalendar calendar = calendars.inForce();
    for (Rhythm rhythm : rules.rhythms()) {
      new Round(rhythm, calendar, through, now).run();
    }
    missing.list();
    QuarkusTransaction.requiringNew().run(() -> prune(calendar));
    gauges.show(segments());
  }

  /** The looks of one rhythm in one go. */
  private final class Round {
    private final Rhythm rhythm;
    private final OperationalCalendar calendar;
    private final Map<Integer, Instant> through;
    private final Instant now;
    private final Map<Integer, Source> known = new HashMap<>();
    private @Nullable CohortCounts counts;
    private long countedThrough = Long.MIN_VALUE;

    Round(Rhythm rhythm, OperationalCalendar calendar, Map<Integer, Instant> through, Instant now) {
      this.rhythm = rhythm;
      this.calendar = calendar;
      this.through = through;
      this.now = now;
      sources.all().forEach(source -> known.put(source.id(), source));
    }

    void run() {
      while (someSlots(memory(rhythm)) == SLOTS_AT_ONCE) {
        // Until all that is complete was looked at.
      }
    }

    /** Looks at some slots in one transaction; how many they were. */
    private int someSlots(Memory memory) {
      OptionalLong first = memory.next.isPresent() ? memory.next : firstSlot();
      if (first.isEmpty() || awaited(first.getAsLong())) {
        return 0;
      }
      // The series move on in memory with the looks: unless they are committed, all is forgotten.
      memories.remove(rhythm);
      long from = first.getAsLong();
      long next =
          QuarkusTransaction.requiringNew().timeout(300).call(() -> someSlots(memory, from));
      memory.next = next == from ? memory.next : OptionalLong.of(next);
      memories.put(rhythm, memory);
      return (int) (next - from);
    }

    private boolean awaited(long slot) {
      return rhythm.end(calendar, slot).plus(rules.grace(rhythm)).isAfter(now);
    }

    /** The slot after the last one that was looked at. */
    private long someSlots(Memory memory, long from) {
      if (!store.lockedNext(rhythm).equals(memory.next)) {
        throw new IllegalStateException(
            "another replica looked at " + rhythm.named(from) + "; going on from there");
      }
      List<StoredLook> all = new ArrayList<>();
      long slot = from;
      while (slot < from + SLOTS_AT_ONCE && !awaited(slot)) {
        SlotVisits counted = counted(memory, slot);
        if (counted == null) {
          break;
        }
        List<SegmentLook> looks =
            memory.bell.look(
                slot,
                memory.tree.segments(),
                counted.present(),
                counted.unjudged(memory.tree.segments(), rhythm.usual(calendar, slot)));
        for (SegmentLook one : looks) {
          all.add(new StoredLook(required(memory.ids, one.segment()), one.look()));
        }
        boolean news = !rhythm.end(calendar, slot).plus(rules.times().newsFor()).isBefore(now);
        incidents.follow(rhythm, calendar, looks, memory.ids, memory.bell, news);
        slot++;
      }
      if (slot > from) {
        store.save(rhythm, all);
        store.advance(rhythm, slot);
      }
      return slot;
    }

    private OptionalLong firstSlot() {
      OptionalInt day = store.firstDay();
      if (day.isEmpty()) {
        return OptionalLong.empty();
      }
      // Before that, those who come seldom are not among the due yet.
      long first = (long) day.getAsInt() + Attendance.LONGEST_GAP;
      if (rhythm == Rhythm.DAY) {
        return OptionalLong.of(first);
      }
      long today = Rhythm.DAY.slotOf(calendar, now);
      long from = Math.max(first, today - HOURS_BACK_AT_START_DAYS);
      return OptionalLong.of(Rhythm.HOUR.slotOf(calendar, Rhythm.DAY.start(calendar, from)));
    }

    /** What was counted in a slot; null if it is not complete yet. */
    private @Nullable SlotVisits counted(Memory memory, long slot) {
      Instant end = rhythm.end(calendar, slot);
      Map<Integer, Standing> standings = new HashMap<>();
      return SlotVisits.of(
          rhythm,
          calendar,
          slot,
          loaded(slot),
          memory.tree::segmentsOf,
          cell ->
              standings.computeIfAbsent(sourceOf(memory, cell), source -> standing(source, end)));
    }

    private int sourceOf(Memory memory, int cell) {
      Cell known = memory.cells.get(cell);
      return known == null ? 0 : known.sourceId();
    }

    private CohortCounts loaded(long slot) {
      CohortCounts held = counts;
      if (held == null || slot > countedThrough) {
        countedThrough = slot;
        long most = slot + (rhythm == Rhythm.DAY ? LOADED_DAYS : (long) LOADED_DAYS * DAY_HOURS);
        while (countedThrough < most && !awaited(countedThrough + 1)) {
          countedThrough++;
        }
        held =
            rhythm == Rhythm.DAY
                ? store.counts(slot, countedThrough, 0, -1)
                : store.counts(
                    Attendance.dayOf(calendar, (int) slot),
                    Attendance.dayOf(calendar, (int) countedThrough),
                    slot,
                    countedThrough);
        counts = held;
      }
      return held;
    }

    private Standing standing(int sourceId, Instant end) {
      Source source = known.get(sourceId);
      return source == null
          ? Standing.LEFT_OUT
          : Standing.of(
              rhythm,
              end,
              source.cadence(),
              source.feed().incident() != null,
              through.get(sourceId),
              !through.isEmpty(),
              rules.times().waitAtMost(),
              now);
    }
  }

  private static int required(Map<String, Integer> ids, Segment segment) {
    Integer id = ids.get(segment.key());
    if (id == null) {
      throw new IllegalStateException("segment " + segment.key() + " has no number");
    }
    return id;
  }

  /** What is remembered of a rhythm, as it is stored. */
  private Memory memory(Rhythm rhythm) {
    Memory held = memories.get(rhythm);
    OptionalLong next = store.next(rhythm);
    Map<Integer, Cell> present = cells.all();
    if (held != null && held.next.equals(next)) {
      if (present.size() == held.cells.size()) {
        return held;
      }
      present.values().forEach(cell -> held.tree.add(cell.id(), cell.values()));
      held.cells.putAll(present);
      held.ids.putAll(numbers(held.tree));
      if (places(held.tree) == held.places) {
        return held;
      }
    }
    SegmentTree tree = SegmentTree.of(rules.segments());
    present.values().forEach(cell -> tree.add(cell.id(), cell.values()));
    Map<String, Integer> ids = numbers(tree);
    int places = places(tree);
    Memory fresh = new Memory(tree, present, ids, rules.bell(rhythm, places), places, next);
    if (next.isPresent()) {
      remember(rhythm, fresh, next.getAsLong());
    }
    memories.put(rhythm, fresh);
    return fresh;
  }

  private Map<String, Integer> numbers(SegmentTree tree) {
    List<String> keys = tree.segments().stream().map(Segment::key).toList();
    return QuarkusTransaction.requiringNew().call(() -> store.idsOf(keys));
  }

  /** The sum of shortfalls above which a segment rings, in standard deviations. */
  public double limit() {
    SegmentTree tree = SegmentTree.of(rules.segments());
    cells.all().values().forEach(cell -> tree.add(cell.id(), cell.values()));
    return rules.limit(places(tree));
  }

  private int places(SegmentTree tree) {
    return rules.places(tree.segments().size());
  }

  /** Lets the series see again what they saw. */
  private void remember(Rhythm rhythm, Memory memory, long next) {
    Map<Integer, Segment> byId = new HashMap<>();
    memory.tree.segments().forEach(one -> byId.put(required(memory.ids, one), one));
    store.looks(
        rhythm,
        next - (long) WEEKS_READ_AGAIN * rhythm.slotsAWeek(),
        ofSlot -> {
          Map<Segment, Visits> visits = new HashMap<>();
          Set<Segment> unjudged = new HashSet<>();
          for (StoredLook one : ofSlot) {
            Segment segment = byId.get(one.segmentId());
            if (segment != null) {
              memory.bell.resume(segment);
              visits.put(segment, new Visits(one.look().due(), one.look().came()));
              if (one.look().verdict() == Verdict.NOT_JUDGED) {
                unjudged.add(segment);
              }
            }
          }
          memory.bell.look(ofSlot.get(0).look().slot(), memory.tree.segments(), visits, unjudged);
        });
  }

  private void prune(OperationalCalendar calendar) {
    OptionalLong next = store.next(Rhythm.DAY);
    if (next.isEmpty()) {
      return;
    }
    long day = next.getAsLong();
    long hour =
        store
            .next(Rhythm.HOUR)
            .orElse(Rhythm.HOUR.slotOf(calendar, Rhythm.DAY.start(calendar, day)));
    store.prune(
        Math.min(day, Attendance.dayOf(calendar, (int) hour)) - COUNTS_KEPT_DAYS,
        hour - (long) DAY_HOURS * COUNTS_KEPT_DAYS,
        day - LOOKS_KEPT_DAYS,
        hour - (long) (WEEKS_READ_AGAIN + 1) * Rhythm.HOUR.slotsAWeek());
  }

  /** How each watched segment does, by rhythm, each after the one that contains it. */
  public synchronized List<SegmentReport> segments() {
    Map<Integer, CohortRule.Open> open = incidents.open();
    List<SegmentReport> reports = new ArrayList<>();
    for (Rhythm rhythm : rules.rhythms()) {
      Memory memory = memory(rhythm);
      for (Segment segment : memory.tree.segments()) {
        Look look = memory.bell.last(segment);
        if (look != null) {
          int id = required(memory.ids, segment);
          Segment parent = segment.parent();
          CohortRule.Open incident = open.get(id);
          reports.add(
              SegmentReport.of(
                  id,
                  segment,
                  parent == null ? null : memory.ids.get(parent.key()),
                  rhythm,
                  look,
                  memory.bell.detectableDrop(segment),
                  incident == null ? null : incident.id()));
        }
      }
    }
    return reports;
  }
}
