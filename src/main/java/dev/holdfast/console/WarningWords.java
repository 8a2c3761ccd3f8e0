package dev.holdfast.console;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.console.WarningPageData.Command;
import dev.holdfast.console.WarningPageData.Detail;
import dev.holdfast.console.WarningPageData.Entry;
import dev.holdfast.console.WarningPageData.Fact;
import dev.holdfast.console.WarningPageData.FeedLine;
import dev.holdfast.console.WarningPageData.Line;
import dev.holdfast.console.WarningPageData.Shared;
import dev.holdfast.console.WarningPageData.Told;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.warning.BellWatch;
import dev.holdfast.warning.CohortFigures;
import dev.holdfast.warning.Cohorts;
import dev.holdfast.warning.FeedCondition;
import dev.holdfast.warning.FeedReport;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import dev.holdfast.warning.Look;
import dev.holdfast.warning.Notices;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.SegmentLooks;
import dev.holdfast.warning.SharedTrait;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts incidents and feeds into the words of their pages. */
@ApplicationScoped
class WarningWords {

  private static final int MOST = 500;
  private static final int PAST = 20;
  private static final int MOST_SHARED = 15;
  private static final int MOST_SLOTS = 120;
  private static final Duration DAYS_BEFORE = Duration.ofDays(42);
  private static final Duration HOURS_BEFORE = Duration.ofDays(3);
  private static final String FEED = "feed";
  private static final DateTimeFormatter TO_THE_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Incidents incidents;
  private final Cohorts cohorts;
  private final SegmentLooks looks;
  private final BellWatch bell;
  private final FeedWatch feeds;
  private final Notices notices;
  private final Calendars calendars;
  private final BusinessClock clock;

  WarningWords(
      Incidents incidents,
      Cohorts cohorts,
      SegmentLooks looks,
      BellWatch bell,
      FeedWatch feeds,
      Notices notices,
      Calendars calendars,
      BusinessClock clock) {
    this.incidents = incidents;
    this.cohorts = cohorts;
    this.looks = looks;
    this.bell = bell;
    this.feeds = feeds;
    this.notices = notices;
    this.calendars = calendars;
    this.clock = clock;
  }

  /** All that is open, what was last, and the feeds. */
  WarningPageData all() {
    return new WarningPageData(
        TO_THE_MINUTE.format(clock.now()),
        incidents.list(false, MOST).stream().map(WarningWords::line).toList(),
        incidents.list(true, MOST).stream()
            .filter(one -> one.state() == Incident.State.RESOLVED)
            .limit(PAST)
            .map(WarningWords::line)
            .toList(),
        feeds.reports().stream().map(WarningWords::feed).toList());
  }

  /**
   * One incident.
   *
   * @throws dev.holdfast.platform.Problem 404 if there is none with this number
   */
  Detail one(long id) {
    Incident.WithHistory found = incidents.get(id);
    Incident incident = found.incident();
    CohortFigures figures = incident.kind().equals(FEED) ? null : cohorts.figures(id);
    List<Fact> facts = facts(incident);
    if (figures != null) {
      facts.addAll(facts(figures));
    }
    return new Detail(
        line(incident),
        facts,
        figures == null ? null : chart(figures),
        figures == null ? null : figures.parent(),
        figures == null ? List.of() : figures.children(),
        figures == null
            ? List.of()
            : cohorts.shared(id).stream().limit(MOST_SHARED).map(WarningWords::shared).toList(),
        figures == null || figures.listed() == 0
            ? null
            : "/api/v1/warnings/" + id + "/cohort/customers",
        commands(incident),
        found.history().stream()
            .map(
                one ->
                    new Entry(
                        TO_THE_MINUTE.format(one.at()), one.actor(), one.action(), one.text()))
            .toList(),
        notices.list(id, MOST).stream()
            .map(
                one -> new Told(one.recipient(), one.occasion(), one.state().wireName(), one.why()))
            .toList());
  }

  private static List<Fact> facts(CohortFigures figures) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Visits",
            String.format(
                Locale.ROOT,
                "%,d of %,.0f expected: %,.0f to %,.0f missing, %.0f%%",
                figures.came(),
                figures.expected(),
                Math.max(0, figures.missingLow()),
                figures.missingHigh(),
                100 * figures.drop())));
    Double detectable = figures.detectableDrop();
    if (detectable != null) {
      facts.add(
          new Fact(
              "Detectable",
              String.format(
                  Locale.ROOT,
                  "a lasting drop of %.0f%% shows within a %s",
                  100 * detectable,
                  figures.slotSeconds() == Rhythm.DAY.seconds() ? "week" : "day")));
    }
    facts.add(new Fact("Listed", number(figures.listed()) + " missing customers"));
    return facts;
  }

  /** The last weeks, or days, of the segment, up to now or to when the incident was over. */
  private @Nullable CohortChart chart(CohortFigures figures) {
    boolean hourly = figures.slotSeconds() == Rhythm.HOUR.seconds();
    List<CohortChart.Seen> seen =
        looks
            .of(
                figures.segmentId(),
                figures.slotSeconds(),
                figures.since().minus(hourly ? HOURS_BEFORE : DAYS_BEFORE),
                null,
                MOST_SLOTS)
            .stream()
            .map(
                one ->
                    new CohortChart.Seen(
                        one.start(),
                        one.came(),
                        one.expected(),
                        one.cusum(),
                        !one.verdict().equals(Look.Verdict.NOT_JUDGED.wireName()),
                        one.verdict().equals(Look.Verdict.RINGS.wireName())))
            .toList();
    return seen.size() < 2
        ? null
        : CohortChart.of(
            seen,
            hourly,
            bell.limit(),
            figures.since(),
            hourly ? ZoneOffset.UTC : calendars.inForce().zone());
  }

  private static Shared shared(SharedTrait trait) {
    return new Shared(
        trait.trait(),
        percent(trait.missing(), trait.ofMissing()),
        percent(trait.present(), trait.ofPresent()),
        String.format(Locale.ROOT, "%.1f", trait.lift()),
        trait.q() < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", trait.q()));
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "none" : String.format(Locale.ROOT, "%.0f%%", 100.0 * part / whole);
  }

  private static Line line(Incident incident) {
    String cause = incident.cause();
    return new Line(
        incident.id(),
        incident.subject(),
        cause == null ? incident.words() : cause,
        TO_THE_MINUTE.format(incident.since()),
        number(incident.customers()),
        incident.state().wireName(),
        incident.owner(),
        incident.ours());
  }

  private static List<Fact> facts(Incident incident) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("What", incident.words()));
    add(facts, "Since", incident.since());
    add(facts, "Opened", incident.openedAt());
    facts.add(new Fact("Customers", number(incident.customers())));
    facts.add(new Fact("State", incident.state().wireName()));
    String owner = incident.owner();
    facts.add(new Fact("Owner", owner == null ? "nobody yet" : owner));
    if (incident.ours()) {
      facts.add(new Fact("A fault of ours", "its customers are no leavers while it lasts"));
    }
    if (incident.held()) {
      facts.add(new Fact("Timers", "those of its customers wait"));
    }
    add(facts, "Over", incident.resolvedAt());
    String cause = incident.cause();
    if (cause != null) {
      facts.add(new Fact("Cause", cause));
    }
    return facts;
  }

  private static void add(List<Fact> facts, String name, @Nullable Instant at) {
    if (at != null) {
      facts.add(new Fact(name, TO_THE_MINUTE.format(at)));
    }
  }

  private static List<Command> commands(Incident incident) {
    List<Command> commands = new ArrayList<>();
    String warnings = "holdfast warnings ";
    if (incident.state() != Incident.State.RESOLVED) {
      commands.add(new Command("Say that you saw it", warnings + "acknowledge " + incident.id()));
      commands.add(
          new Command(
              "Say that it is a fault of ours", warnings + "acknowledge --ours " + incident.id()));
      commands.add(
          new Command("Give it to somebody", warnings + "assign " + incident.id() + " NAME"));
    }
    commands.add(new Command("Add a remark", warnings + "comment " + incident.id() + " \"TEXT\""));
    if (incident.state() != Incident.State.RESOLVED) {
      commands.add(
          new Command(
              "End it with a cause", warnings + "resolve " + incident.id() + " --cause \"TEXT\""));
    }
    if (!incident.kind().equals(FEED)) {
      commands.add(
          new Command("Call its customers", warnings + "campaign " + incident.id() + " [FILE]"));
    }
    return commands;
  }

  private static FeedLine feed(FeedReport report) {
    return new FeedLine(
        report.source(),
        report.cadence(),
        at(report.reported()),
        at(report.watermark()),
        number(report.customers()),
        report.conditions().isEmpty()
            ? null
            : report.conditions().stream()
                .map(FeedCondition::wireName)
                .collect(Collectors.joining(", ")),
        report.incident());
  }

  private static String at(@Nullable Instant instant) {
    return instant == null ? "nothing yet" : TO_THE_MINUTE.format(instant);
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
