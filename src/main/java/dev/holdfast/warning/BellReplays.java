package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.customer.Profiles;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.warning.BellReplay.Rung;
import dev.holdfast.warning.BellReplay.Shown;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bell over the stored events with settings of one's choice: what it would have rung, and what
 * the naive rule would have. Writes nothing.
 *
 * <p>Each event counts as if it had come when it happened, so a late feed is not played again; what
 * a feed's incident left out then is left out here too, from the beginning of a silence on.
 * Profiles are those of today. The events are read by a streaming cursor, some customers at a time
 * in memory.
 */
@ApplicationScoped
public class BellReplays {

  private static final int PAGE = 500;
  private static final int MOST_INCIDENTS = 100_000;
  private static final Duration TICK = Duration.ofMinutes(15);

  private final EventStore events;
  private final Profiles profiles;
  private final Sources sources;
  private final Incidents incidents;
  private final BellConfig config;

  BellReplays(
      EventStore events,
      Profiles profiles,
      Sources sources,
      Incidents incidents,
      BellConfig config) {
    this.events = events;
    this.profiles = profiles;
    this.sources = sources;
    this.incidents = incidents;
    this.config = config;
  }

  /**
   * What to replay.
   *
   * @param from bells that ring before are left out; what happened before is learnt from. Null for
   *     the first that can ring
   * @param to up to where events are read
   * @param naiveDrop share that must be missing against last week for the naive rule, in (0, 1]
   */
  public record Plan(
      BellRules rules,
      OperationalCalendar calendar,
      @Nullable Instant from,
      Instant to,
      double naiveDrop) {

    /**
     * Checks the times and the naive rule.
     *
     * @throws IllegalArgumentException if no time lies between, or the share is out of range
     */
    public Plan {
      if (from != null && !from.isBefore(to)) {
        throw new IllegalArgumentException(
            "a replay is from an instant to a later one, was from " + from + " to " + to);
      }
      WeekOnWeek.checked(naiveDrop);
    }
  }

  /**
   * What came of it.
   *
   * @param from begin of the time that was asked about, or in which anything could ring if that is
   *     later; null if nothing could
   * @param limit sum of shortfalls above which a segment rings, in standard deviations
   * @param rung in the order of ringing
   * @param segments that were watched by the end
   * @param naive the rule of last week over the same time and segments
   */
  public record Outcome(
      @Nullable Instant from,
      Instant to,
      long customers,
      double limit,
      List<Rung> rung,
      List<Shown> segments,
      WeekOnWeek naive) {}

  /** The settings in force. */
  public BellRules rules() {
    return BellRules.of(config);
  }

  /** Replays. */
  public Outcome replay(Plan plan) {
    Asked asked = new Asked(plan);
    BellReplay replay = new BellReplay(plan.rules(), plan.calendar(), asked);
    Counting counting = new Counting(plan, replay);
    events.forEachHistory(counting::see);
    counting.count();
    OptionalLong first = replay.firstDay();
    if (first.isPresent()) {
      long begin = first.getAsLong() + Attendance.LONGEST_GAP;
      Past past = new Past(plan.rules());
      for (Instant now = Rhythm.DAY.start(plan.calendar(), begin);
          !now.isAfter(plan.to());
          now = now.plus(TICK)) {
        replay.lookUntil(now, past.at(now));
      }
    }
    Instant from = asked.from;
    return new Outcome(
        from,
        plan.to(),
        counting.customers,
        replay.limit(),
        replay.rung().stream().filter(one -> from != null && !one.rungAt().isBefore(from)).toList(),
        replay.segments(),
        asked.naive);
  }

  /**
   * The time that is asked about: it begins with the first slot of which anything could be said.
   * Before that nothing rings, and counting it would promise fewer false alarms than there are.
   */
  private static final class Asked implements BellReplay.Listener {

    private final OperationalCalendar calendar;
    private final Instant wanted;
    private final WeekOnWeek naive;
    private @Nullable Instant from;

    Asked(Plan plan) {
      calendar = plan.calendar();
      wanted = Objects.requireNonNullElse(plan.from(), Instant.MIN);
      naive = new WeekOnWeek(plan.naiveDrop());
    }

    @Override
    public void looked(Rhythm rhythm, List<SegmentLook> looks) {
      if (looks.isEmpty()) {
        return;
      }
      long slot = looks.get(0).look().slot();
      if (from == null && looks.stream().anyMatch(one -> one.look().judged())) {
        Instant start = rhythm.start(calendar, slot);
        from = start.isBefore(wanted) ? wanted : start;
      }
      if (rhythm == Rhythm.DAY) {
        naive.look(looks, from != null && !rhythm.end(calendar, slot).isBefore(from));
      }
    }
  }

  /** Counts customers, some at a time. */
  private final class Counting {

    private final Plan plan;
    private final BellReplay replay;
    private final CellValues values;
    private final List<Life> page = new ArrayList<>();
    private long customers;

    Counting(Plan plan, BellReplay replay) {
      this.plan = plan;
      this.replay = replay;
      this.values = new CellValues(plan.rules().segments(), config.signedUp());
    }

    private record Life(long customer, Instant firstUse, VisitHistory visits) {}

    void see(long customer, List<Event> history) {
      VisitHistory visits =
          VisitHistory.of(
              history, event -> sources.idOf(event.source()), plan.calendar(), plan.to());
      Instant firstUse = visits.firstUse();
      if (firstUse != null) {
        page.add(new Life(customer, firstUse, visits));
        if (page.size() == PAGE) {
          count();
        }
      }
    }

    void count() {
      Map<Long, Map<String, String>> known =
          profiles.of(page.stream().map(Life::customer).toList());
      for (Life life : page) {
        Map<String, String> profile = known.getOrDefault(life.customer(), Map.of());
        replay.add(life.visits(), values.of(profile, life.firstUse(), null));
      }
      customers += page.size();
      page.clear();
    }
  }

  /** How the sources stood: their incidents are remembered. */
  private final class Past {

    private final BellRules rules;
    private final Map<Integer, Source> known = new HashMap<>();
    private final Map<Integer, List<Incident>> doubts = new HashMap<>();

    Past(BellRules rules) {
      this.rules = rules;
      Map<String, Integer> ids = new HashMap<>();
      for (Source source : sources.all()) {
        known.put(source.id(), source);
        ids.put("source:" + source.name(), source.id());
      }
      for (Incident incident : incidents.list(true, MOST_INCIDENTS)) {
        Integer source = ids.get(incident.subject());
        if (source != null && incident.kind().equals("feed")) {
          doubts.computeIfAbsent(source, id -> new ArrayList<>()).add(incident);
        }
      }
    }

    BellReplay.Feeds at(Instant now) {
      return (id, rhythm, end) -> {
        Source source = known.get(id);
        return source == null
            ? Standing.LEFT_OUT
            : Standing.of(
                rhythm,
                end,
                source.cadence(),
                doubted(id, end, now),
                end,
                true,
                rules.times().waitAtMost(),
                now);
      };
    }

    /**
     * True if a slot that ended at {@code end} was not looked at by {@code now}, or without the
     * source: while its incident was open, and before that what lay past its silence waited.
     */
    private boolean doubted(int source, Instant end, Instant now) {
      return doubts.getOrDefault(source, List.of()).stream()
          .anyMatch(
              one -> {
                Instant over = one.resolvedAt();
                boolean waited =
                    one.conditions().contains(FeedCondition.SILENT) && one.since().isBefore(end);
                return (waited || !one.openedAt().isAfter(now))
                    && (over == null || over.isAfter(now));
              });
    }
  }
}
