package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.warning.SegmentLook.Shortfall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bell in memory, with other settings: what it would have rung. Counts, limits, looks and
 * incidents are made by the code of the live watch; what is missing is the database, and messages.
 *
 * <p>First the cells are made known, then visits are counted and looked at in turn: either as they
 * come, or all first and then all looks, for a look takes nothing from a later slot. Counts are
 * kept by segment and source, so memory grows with these and the days (200 bytes each, and by the
 * hour 70 each) and neither with customers nor with the combinations of their values. Not
 * thread-safe.
 */
public final class BellReplay {

  private static final int NEVER = Integer.MAX_VALUE;

  private final BellRules rules;
  private final OperationalCalendar calendar;
  private final SegmentTree tree;
  private final CohortCounts counts = new CohortCounts();
  private final Map<CellKey, Integer> cells = new LinkedHashMap<>();
  private final Map<Integer, int[]> groupsOf = new HashMap<>();
  private final Map<Group, Integer> groups = new LinkedHashMap<>();
  private final List<Group> byNumber = new ArrayList<>();
  private final NavigableMap<Integer, List<CountChanges.Change>> later = new TreeMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Rhythm, Bell> bells = new EnumMap<>(Rhythm.class);
  private final Map<Rhythm, Long> next = new EnumMap<>(Rhythm.class);
  private final MemoryBook book = new MemoryBook();
  private final CohortRule rule = new CohortRule(book);
  private final Listener listener;
  private int firstDay = NEVER;

  /** How sources stand to a slot. */
  @FunctionalInterface
  public interface Feeds {

    /** All complete, always. */
    Feeds COMPLETE = (source, rhythm, end) -> Standing.COMPLETE;

    /**
     * How a source stands.
     *
     * @param end the first instant after the slot
     */
    Standing of(int source, Rhythm rhythm, Instant end);
  }

  /** Sees what was looked at. */
  @FunctionalInterface
  public interface Listener {

    /** A slot was looked at, each segment after the one that contains it. */
    void looked(Rhythm rhythm, List<SegmentLook> looks);
  }

  /**
   * An incident that it would have opened.
   *
   * @param number 1, 2, 3, ... in the order of ringing
   * @param parent number of the one it is a part of; null if it stands alone
   * @param since start of the slot in which it most likely began
   * @param rungAt when it would have been opened
   * @param endedAt when it would have been over; null if it is open at the end
   * @param cause why it is over; null while it is not
   * @param shortfall what was missing, at the end
   * @param detectableDrop the least lasting drop that the segment showed when it rang, NaN if not
   *     known
   */
  public record Rung(
      long number,
      String segment,
      @Nullable Long parent,
      Rhythm rhythm,
      Instant since,
      Instant rungAt,
      @Nullable Instant endedAt,
      @Nullable String cause,
      Shortfall shortfall,
      double detectableDrop) {}

  /**
   * A watched segment at the end.
   *
   * @param look the newest one
   * @param detectableDrop the least lasting drop that it shows within a week of days or a day of
   *     hours, on average; NaN while it is not known
   */
  public record Shown(String segment, int level, Rhythm rhythm, Look look, double detectableDrop) {}

  private record CellKey(int source, Map<String, String> values) {}

  /** Customers of a segment whose use one source reports. */
  private record Group(Segment segment, int source) {}

  /**
   * A bell that has heard nothing.
   *
   * @param calendar whose days are meant, and which of them are unusual
   * @param listener told of every slot
   */
  public BellReplay(BellRules rules, OperationalCalendar calendar, Listener listener) {
    this.rules = rules;
    this.calendar = calendar;
    this.listener = listener;
    this.tree = SegmentTree.of(rules.segments());
  }

  /**
   * The cell of customers.
   *
   * @param source by which their use is reported
   * @param values by which they are told apart, by name
   * @return its number, the same for the same values
   * @throws IllegalStateException if it is new and there were looks already: the limit of the bell
   *     depends on how many segments there are
   */
  public int cell(int source, Map<String, String> values) {
    CellKey key = new CellKey(source, Map.copyOf(values));
    Integer known = cells.get(key);
    if (known != null) {
      return known;
    }
    if (!bells.isEmpty()) {
      throw new IllegalStateException("cells are made known before the first look, not " + values);
    }
    int cell = cells.size() + 1;
    cells.put(key, cell);
    tree.add(cell, values);
    groupsOf.put(
        cell,
        tree.segmentsOf(cell).stream()
            .mapToInt(segment -> group(new Group(segment, source)))
            .toArray());
    return cell;
  }

  private int group(Group group) {
    return groups.computeIfAbsent(
        group,
        unknown -> {
          byNumber.add(unknown);
          return byNumber.size() - 1;
        });
  }

  /** Counts what changed. */
  public void add(CountChanges changes) {
    changes.changes().forEach(this::count);
  }

  /**
   * Counts a customer. All are counted before the first look; still nobody is taken for gone in
   * looks at days before it went, nor for there in those after.
   *
   * @param values by which it is told apart
   */
  public void add(VisitHistory history, Map<String, String> values) {
    Attendee before = null;
    for (VisitHistory.Step step : history.steps()) {
      Attendee after = new Attendee(cell(step.source(), values), step.away(), step.attendance());
      CountChanges changes = new CountChanges(calendar);
      changes.add(before, after);
      for (CountChanges.Change change : changes.changes()) {
        if (change.count().kind() == CountChanges.GONE) {
          later.computeIfAbsent(step.day(), unused -> new ArrayList<>()).add(change);
        } else {
          count(change);
        }
      }
      before = after;
    }
  }

  private void count(CountChanges.Change change) {
    CountChanges.Count count = change.count();
    boolean hour = count.kind() == CountChanges.HOUR;
    if (hour && rules.sizes().mostByTheHour() == 0) {
      return;
    }
    if (!hour) {
      firstDay = Math.min(firstDay, count.slot());
    }
    for (int group : groupsOf.getOrDefault(count.cell(), new int[0])) {
      counts.add(new CountChanges.Count(group, count.slot(), count.kind()), change.by());
    }
  }

  /**
   * Looks at all slots that are to be looked at by an instant and were not yet, as the live watch
   * does when it ticks then.
   */
  public void lookUntil(Instant now, Feeds feeds) {
    for (Rhythm rhythm : rules.rhythms()) {
      boolean going = true;
      while (going) {
        OptionalLong slot = slot(rhythm);
        going = slot.isPresent() && look(rhythm, slot.getAsLong(), now, feeds);
      }
    }
  }

  private OptionalLong slot(Rhythm rhythm) {
    Long known = next.get(rhythm);
    if (known != null) {
      return OptionalLong.of(known);
    }
    if (firstDay == NEVER) {
      return OptionalLong.empty();
    }
    // Before that, those who come seldom are not among the due yet.
    long first = (long) firstDay + Attendance.LONGEST_GAP;
    return OptionalLong.of(
        rhythm == Rhythm.DAY
            ? first
            : Rhythm.HOUR.slotOf(calendar, Rhythm.DAY.start(calendar, first)));
  }

  private boolean look(Rhythm rhythm, long slot, Instant now, Feeds feeds) {
    Instant end = rhythm.end(calendar, slot);
    if (end.plus(rules.grace(rhythm)).isAfter(now)) {
      return false;
    }
    long day = rhythm == Rhythm.DAY ? slot : Attendance.dayOf(calendar, (int) slot);
    NavigableMap<Integer, List<CountChanges.Change>> known = later.headMap((int) day, true);
    known.values().forEach(changes -> changes.forEach(this::count));
    known.clear();
    SlotVisits visits =
        SlotVisits.of(
            rhythm,
            calendar,
            slot,
            counts,
            group -> List.of(byNumber.get(group).segment()),
            group -> feeds.of(byNumber.get(group).source(), rhythm, end));
    if (visits == null) {
      return false;
    }
    Bell bell = bell(rhythm);
    List<SegmentLook> looks =
        bell.look(
            slot,
            tree.segments(),
            visits.present(),
            visits.unjudged(tree.segments(), rhythm.usual(calendar, slot)));
    boolean news = !end.plus(rules.times().newsFor()).isBefore(now);
    rule.follow(rhythm, calendar, looks, ids, bell, news, now);
    listener.looked(rhythm, looks);
    next.put(rhythm, slot + 1);
    return true;
  }

  private Bell bell(Rhythm rhythm) {
    for (Segment segment : tree.segments()) {
      ids.computeIfAbsent(segment.key(), unknown -> ids.size() + 1);
    }
    return bells.computeIfAbsent(
        rhythm, one -> rules.bell(one, rules.places(tree.segments().size())));
  }

  /** The sum of shortfalls above which a segment rings, in standard deviations. */
  public double limit() {
    return rules.limit(rules.places(tree.segments().size()));
  }

  /** The first day on which anybody came, in days since 1970-01-01; empty if nobody did. */
  OptionalLong firstDay() {
    return firstDay == NEVER ? OptionalLong.empty() : OptionalLong.of(firstDay);
  }

  /** What it would have rung so far, in the order of ringing. */
  public List<Rung> rung() {
    return book.rung();
  }

  /** The segments that are watched by the end, by rhythm, each after the one that contains it. */
  public List<Shown> segments() {
    List<Shown> shown = new ArrayList<>();
    bells.forEach(
        (rhythm, bell) -> {
          for (Segment segment : tree.segments()) {
            Look look = bell.last(segment);
            if (look != null) {
              double detectable = bell.detectableDrop(segment);
              shown.add(new Shown(segment.key(), segment.level(), rhythm, look, detectable));
            }
          }
        });
    return shown;
  }

  /** Incidents in memory. */
  private final class MemoryBook implements CohortRule.Book {

    private final Map<Long, Kept> all = new TreeMap<>();

    private static final class Kept {
      final int segmentId;
      Rung rung;

      Kept(int segmentId, Rung rung) {
        this.segmentId = segmentId;
        this.rung = rung;
      }
    }

    List<Rung> rung() {
      return all.values().stream()
          .map(kept -> kept.rung)
          .sorted(Comparator.comparingLong(Rung::number))
          .toList();
    }

    @Override
    public Map<Integer, CohortRule.Open> open() {
      Map<Integer, CohortRule.Open> open = new HashMap<>();
      for (Kept kept : all.values()) {
        Rung one = kept.rung;
        if (one.endedAt() == null) {
          open.put(
              kept.segmentId,
              new CohortRule.Open(
                  one.number(),
                  kept.segmentId,
                  one.parent(),
                  one.rhythm().seconds(),
                  one.since(),
                  false));
        }
      }
      return open;
    }

    @Override
    public boolean toldOfLately(int segmentId, Instant since, Instant now) {
      Duration refireAfter = rules.times().refireAfter();
      return all.values().stream()
          .filter(kept -> kept.segmentId == segmentId)
          .anyMatch(
              kept ->
                  !kept.rung.since().isBefore(since)
                      || kept.rung.rungAt().isAfter(now.minus(refireAfter)));
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
      long number = all.size() + 1L;
      Rung rung =
          new Rung(
              number,
              look.segment().key(),
              parent,
              rhythm,
              since,
              now,
              null,
              null,
              shortfall,
              detectable);
      all.put(number, new Kept(segmentId, rung));
      return OptionalLong.of(number);
    }

    @Override
    public void update(
        long id, Rhythm rhythm, SegmentLook look, Shortfall shortfall, double detectable) {
      change(id, one -> with(one, one.parent(), one.endedAt(), one.cause(), shortfall));
    }

    @Override
    public void attach(long child, long parent, Instant now) {
      change(child, one -> with(one, parent, one.endedAt(), one.cause(), one.shortfall()));
    }

    @Override
    public void end(long id, Instant now, String cause) {
      change(id, one -> with(one, one.parent(), now, cause, one.shortfall()));
    }

    @Override
    public void outlived(long id, Instant now, String cause) {
      throw new IllegalStateException("incident " + id + " of a replay is no fault of ours");
    }

    private Rung with(
        Rung one,
        @Nullable Long parent,
        @Nullable Instant endedAt,
        @Nullable String cause,
        Shortfall shortfall) {
      return new Rung(
          one.number(),
          one.segment(),
          parent,
          one.rhythm(),
          one.since(),
          one.rungAt(),
          endedAt,
          cause,
          shortfall,
          one.detectableDrop());
    }

    private void change(long id, Function<Rung, Rung> change) {
      Kept kept = all.get(id);
      if (kept == null) {
        throw new IllegalStateException("there is no incident " + id);
      }
      kept.rung = change.apply(kept.rung);
    }
  }
}
