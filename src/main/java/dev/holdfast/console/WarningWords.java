package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.console.WarningPageData.Detail;
import dev.holdfast.console.WarningPageData.Missing;
import dev.holdfast.console.WarningPageData.Named;
import dev.holdfast.console.WarningPageData.SegmentLine;
import dev.holdfast.warning.BellWatch;
import dev.holdfast.warning.CohortFigures;
import dev.holdfast.warning.Cohorts;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import dev.holdfast.warning.Look;
import dev.holdfast.warning.Notices;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.SegmentLooks;
import dev.holdfast.warning.SegmentReport;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers incidents, feeds and segments for their pages. */
@ApplicationScoped
class WarningWords {

  private static final int MOST = 500;
  private static final int PAST = 20;
  private static final int MOST_SHARED = 15;
  private static final int MOST_SLOTS = 120;
  private static final int CUSTOMERS_AT_ONCE = 100;
  private static final Duration DAYS_BEFORE = Duration.ofDays(42);
  private static final Duration HOURS_BEFORE = Duration.ofDays(3);
  private static final String FEED = "feed";

  /** As in the API. */
  private static final Set<String> SEE_SEGMENTS =
      Set.of(Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR);

  private static final Set<String> ACT = Set.of(Roles.RETENTION_LEAD, Roles.OPERATOR);

  private final Incidents incidents;
  private final Cohorts cohorts;
  private final SegmentLooks looks;
  private final BellWatch bell;
  private final FeedWatch feeds;
  private final Notices notices;

  /** Each segment right before those that it contains, by day before by hour. */
  private static final Comparator<SegmentReport> TREE =
      Comparator.comparingInt(SegmentReport::slotSeconds)
          .reversed()
          .thenComparing(SegmentReport::segment);

  WarningWords(
      Incidents incidents,
      Cohorts cohorts,
      SegmentLooks looks,
      BellWatch bell,
      FeedWatch feeds,
      Notices notices) {
    this.incidents = incidents;
    this.cohorts = cohorts;
    this.looks = looks;
    this.bell = bell;
    this.feeds = feeds;
    this.notices = notices;
  }

  /** All that is open, what was last, the feeds and the segments. */
  WarningPageData all(Shell shell) {
    return new WarningPageData(
        incidents.list(false, MOST),
        incidents.list(true, MOST).stream()
            .filter(one -> one.state() == Incident.State.RESOLVED)
            .limit(PAST)
            .toList(),
        feeds.reports(),
        any(shell, SEE_SEGMENTS)
            ? bell.segments().stream().sorted(TREE).limit(MOST).map(WarningWords::segment).toList()
            : List.of(),
        any(shell, SEE_SEGMENTS));
  }

  /**
   * One incident.
   *
   * @param problem what went wrong with the step before; null if nothing did
   * @throws dev.holdfast.platform.Problem 404 if there is none with this number
   */
  Detail one(Shell shell, long id, @Nullable String problem) {
    Incident.WithHistory found = incidents.get(id);
    Incident incident = found.incident();
    CohortFigures figures = incident.kind().equals(FEED) ? null : cohorts.figures(id);
    return new Detail(
        incident,
        figures,
        figures == null ? null : chart(shell, figures),
        figures == null || !any(shell, SEE_SEGMENTS)
            ? List.of()
            : cohorts.shared(id).stream().limit(MOST_SHARED).toList(),
        found.history(),
        notices.list(id, MOST),
        any(shell, ACT),
        figures != null && shell.has(Roles.RETENTION_LEAD),
        problem);
  }

  /** Its missing customers after one, by number. */
  Missing customers(long id, long after) {
    Cohorts.Page page = cohorts.customers(id, after, CUSTOMERS_AT_ONCE);
    return new Missing(
        incidents.get(id).incident(),
        page.customers().stream().map(one -> new Named(one, CustomerFinder.address(one))).toList(),
        page.next());
  }

  private static boolean any(Shell shell, Set<String> roles) {
    return roles.stream().anyMatch(shell::has);
  }

  private static SegmentLine segment(SegmentReport report) {
    Double share = report.expectedShare();
    return new SegmentLine(
        report,
        report.slotSeconds() == Rhythm.HOUR.seconds(),
        share == null ? null : share * report.due(),
        tone(report.state()));
  }

  private static String tone(String state) {
    if (state.equals(Look.Verdict.RINGS.wireName())
        || state.equals(Look.Verdict.STILL_RINGING.wireName())) {
      return "bad";
    }
    return state.equals(Look.Verdict.QUIET.wireName())
            || state.equals(Look.Verdict.RECOVERED.wireName())
        ? "good"
        : "";
  }

  /** The last weeks, or days, of the segment, up to now or to when the incident was over. */
  private @Nullable CohortChart chart(Shell shell, CohortFigures figures) {
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
            hourly ? shell.formats().in(ZoneOffset.UTC) : shell.formats());
  }
}
