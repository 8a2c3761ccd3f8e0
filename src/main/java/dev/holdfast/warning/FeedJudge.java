package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Source;
import dev.holdfast.event.SourceTallies;
import dev.holdfast.warning.FeedReport.Shares;
import dev.holdfast.warning.FeedReport.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a feed. What raises a condition and what ends it are apart, so that a
 * feed on the edge makes one incident and not many.
 *
 * <p>Volumes are compared by {@link SegmentSeries} with counts for shares: of so many expected that
 * any number is few, a share is a count and its binomial variance is Poisson's, times the
 * over-dispersion measured. Its sum of shortfalls assumes that hours err independently; a feed
 * whose bad hours come in runs alarms more often than the budget says.
 */
final class FeedJudge {

  /**
   * Weeks of hours that a judgement needs: {@link SegmentSeries} looks eleven back and four more.
   */
  static final int KEPT_WEEKS = 20;

  /** So many that a share of them is a count. */
  private static final int OF_MANY = 1_000_000_000;

  private static final int WEEKS_A_YEAR = 52;
  private static final int WINDOW_HOURS = 24;
  private static final int USUAL_HOURS = 28 * 24;
  private static final int LEAST_MESSAGES = 100;
  private static final int LEAST_USUAL_MESSAGES = 1_000;
  private static final int LEAST_USUAL_DAYS = 7;
  private static final double LEAST_SHIFT_Z = 5;

  /** An hour, or the whole gap, that so clearly falls short of the usual is not filled yet. */
  private static final double FILLED_HOUR = 0.5;

  private static final double FILLED_GAP = 0.8;
  private static final double CLEARLY = 4;
  private static final int USUAL_WEEKS = 4;
  private static final int USUAL_DAYS = 7;

  private final FeedsConfig config;
  private final double limitByTheHour;
  private final double limitByTheDay;

  /** For {@code feeds} feeds that share the budget of false alarms. */
  FeedJudge(FeedsConfig config, int feeds) {
    this.config = config;
    limitByTheHour =
        CusumLimit.of(
            Math.max(1, feeds), WEEKS_A_YEAR * FeedPast.HOURS_A_WEEK, config.falseAlarmsAYear());
    limitByTheDay = CusumLimit.of(Math.max(1, feeds), WEEKS_A_YEAR * 7, config.falseAlarmsAYear());
  }

  /**
   * What is remembered of a gap.
   *
   * @param since how far the source had reported when it fell silent
   * @param end when it was last seen silent
   * @param filledAt when something last came that occurred before {@code end}, at first when it was
   *     seen to report again; before {@code end} or null while it was not
   */
  record Gap(Instant since, Instant end, @Nullable Instant filledAt) {}

  /**
   * One condition.
   *
   * @param raised it is so
   * @param clear it is surely not so; between the two, what was stays
   * @param since from when on the data are in doubt
   * @param words for people
   */
  record Finding(boolean raised, boolean clear, Instant since, String words) {}

  /** What was found, condition by condition, and the figures behind it. */
  record Judgement(
      Map<FeedCondition, Finding> findings,
      @Nullable Volume volume,
      @Nullable Shares shares,
      @Nullable Shares usualShares) {}

  /**
   * Judges a feed.
   *
   * @param past its hours, {@link #KEPT_WEEKS} weeks of them
   * @param gap of its open incident, null if it was not silent
   * @param set slots to leave out: the incidents that a person closed
   */
  Judgement judge(
      Source source,
      FeedPast past,
      @Nullable Gap gap,
      List<Gap> leftOut,
      OperationalCalendar calendar,
      Instant now) {
    Map<FeedCondition, Finding> findings = new EnumMap<>(FeedCondition.class);
    Instant reported = source.feed().reported();
    Volume volume = null;
    if (reported != null) {
      findings.put(FeedCondition.SILENT, silence(source, reported, past, gap, now));
      if (!past.isEmpty()) {
        volume = thinness(past, reported, leftOut, calendar, findings);
      }
    }
    long hour = SourceTallies.hourOf(now);
    Shares shares = shares(past, hour + 1 - WINDOW_HOURS, hour + 1);
    Shares usual = shares(past, hour + 1 - WINDOW_HOURS - USUAL_HOURS, hour + 1 - WINDOW_HOURS);
    findings.put(FeedCondition.SHIFTED, shift(past, shares, usual, hour, now));
    return new Judgement(
        findings,
        volume,
        shares.received() == 0 ? null : shares,
        usual.received() < LEAST_USUAL_MESSAGES ? null : usual);
  }

  private Finding silence(
      Source source, Instant reported, FeedPast past, @Nullable Gap gap, Instant now) {
    Instant heldFrom = source.watermark().heldFrom();
    Instant heldThrough = source.watermark().heldThrough();
    if (heldFrom != null
        && (gap == null || !bridged(past, reported, heldFrom, source.maxSilence()))) {
      return new Finding(
          true,
          false,
          reported,
          source.name()
              + " reports again, and what lies between "
              + reported
              + " and "
              + heldFrom
              + " is missing");
    }
    Instant newest = heldThrough == null ? reported : heldThrough;
    Duration age = Duration.between(newest, now);
    if (age.compareTo(source.maxSilence()) > 0) {
      return new Finding(
          true,
          false,
          reported,
          source.name()
              + " has reported nothing since "
              + newest
              + "; "
              + source.maxSilence()
              + " are normal");
    }
    boolean fresh = age.compareTo(source.maxSilence().multipliedBy(3).dividedBy(4)) <= 0;
    if (gap == null) {
      return new Finding(false, fresh, reported, "");
    }
    String missing = missing(past, gap, newest);
    boolean clear = fresh && missing == null && settled(source.cadence(), gap, now);
    return new Finding(
        false,
        clear,
        gap.since(),
        source.name()
            + " reports again; "
            + (missing == null ? "what it missed is still coming in" : missing));
  }

  /**
   * True if no empty stretch of the gap is longer than what is normal. The watermark alone cannot
   * tell: of events that fill a gap in any order it forgets those it could not yet use.
   */
  private static boolean bridged(
      FeedPast past, Instant reported, Instant heldFrom, Duration maxSilence) {
    Instant last = reported;
    for (long slot = past.slotOf(reported); slot <= past.slotOf(heldFrom); slot++) {
      Instant start = past.startOf(slot);
      if (start.isAfter(last.plus(maxSilence))) {
        return false;
      }
      if (past.events(slot) > 0) {
        last = past.startOf(slot + 1);
      }
    }
    return true;
  }

  /** Nothing has come for the gap for a while: files of a backfill follow each other faster. */
  private static boolean settled(Cadence cadence, Gap gap, Instant now) {
    Instant filledAt = gap.filledAt();
    Duration settle =
        switch (cadence) {
          case STREAM, HOURLY -> Duration.ofMinutes(30);
          case DAILY -> Duration.ofHours(6);
        };
    return filledAt != null
        && !filledAt.isBefore(gap.end())
        && !now.isBefore(filledAt.plus(settle));
  }

  /** What the gap clearly lacks against the usual; null if nothing, or if that is not known. */
  private static @Nullable String missing(FeedPast past, Gap gap, Instant reported) {
    Instant until = gap.end().isBefore(reported) ? gap.end() : reported;
    double seen = 0;
    double usual = 0;
    for (long slot = past.slotOf(gap.since()) + 1; !past.startOf(slot + 1).isAfter(until); slot++) {
      double expected = usual(past, slot, gap.since());
      if (Double.isNaN(expected)) {
        continue;
      }
      long events = past.events(slot);
      if (clearlyBelow(events, FILLED_HOUR, expected)) {
        return String.format(
            "%d events from %s on where %.0f are usual", events, past.startOf(slot), expected);
      }
      seen += events;
      usual += expected;
    }
    return clearlyBelow(seen, FILLED_GAP, usual)
        ? String.format("%.0f events in the gap where %.0f are usual", seen, usual)
        : null;
  }

  private static boolean clearlyBelow(double seen, double share, double usual) {
    return seen < share * usual && usual - seen > CLEARLY * Math.sqrt(usual);
  }

  /** Mean of the same slot in the weeks before the gap, else of the days before it; NaN if none. */
  private static double usual(FeedPast past, long slot, Instant before) {
    double weeks = mean(past, slot, past.slotsAWeek(), USUAL_WEEKS, 1, before);
    return Double.isNaN(weeks)
        ? mean(past, slot, past.slotsAWeek() / USUAL_DAYS, USUAL_DAYS, 2, before)
        : weeks;
  }

  private static double mean(
      FeedPast past, long slot, int step, int most, int least, Instant before) {
    double sum = 0;
    int used = 0;
    for (int back = 1; back <= most; back++) {
      long then = slot - (long) back * step;
      if (!past.isEmpty() && then > past.firstSlot() && !past.startOf(then + 1).isAfter(before)) {
        sum += past.events(then);
        used++;
      }
    }
    return used < least ? Double.NaN : sum / used;
  }

  private @Nullable Volume thinness(
      FeedPast past,
      Instant reported,
      List<Gap> leftOut,
      OperationalCalendar calendar,
      Map<FeedCondition, Finding> findings) {
    long last = past.slotOf(reported) - 1;
    if (last <= past.firstSlot()) {
      return null;
    }
    boolean byTheDay = past.slotsAWeek() == 7;
    SegmentSeries series =
        new SegmentSeries(
            new BellSettings(
                past.slotsAWeek(),
                byTheDay ? limitByTheDay : limitByTheHour,
                config.leastDrop(),
                config.leastMissing()));
    Look look = null;
    long rangAt = last;
    // The first slot may have begun before the source did.
    for (long slot = past.firstSlot() + 1; slot <= last; slot++) {
      boolean judge = past.isOrdinary(slot, calendar) && !in(leftOut, past, slot);
      // One more than came: a slot that is always empty has a variance then.
      int came = (int) Math.min(OF_MANY, past.events(slot) + 1);
      look = series.look(slot, OF_MANY, came, judge, null);
      rangAt = look.verdict() == Look.Verdict.RINGS ? slot : rangAt;
    }
    if (look == null) {
      return null;
    }
    findings.put(
        FeedCondition.THIN,
        new Finding(
            look.ringing(),
            !look.ringing(),
            past.startOf(rangAt),
            String.format(
                "%.0f %% of the usual events are missing since about %s",
                100 * look.drop(), past.startOf(rangAt))));
    boolean known = !Double.isNaN(look.expected());
    return new Volume(
        past.startOf(last),
        past.events(last),
        known ? Math.max(0, look.expected() * OF_MANY - 1) : null,
        Double.isNaN(look.z()) ? null : look.overdispersion());
  }

  private static boolean in(List<Gap> gaps, FeedPast past, long slot) {
    Instant from = past.startOf(slot);
    Instant to = past.startOf(slot + 1);
    return gaps.stream().anyMatch(gap -> gap.since().isBefore(to) && gap.end().isAfter(from));
  }

  private static Shares shares(FeedPast past, long from, long to) {
    long received = 0;
    long duplicate = 0;
    long late = 0;
    long refused = 0;
    long unmapped = 0;
    for (FeedHour hour : past.came(from, to)) {
      received += hour.received();
      duplicate += hour.duplicate();
      late += hour.late();
      refused += hour.refused();
      unmapped += hour.unmapped();
    }
    double of = Math.max(1, received);
    return new Shares(received, duplicate / of, late / of, refused / of, unmapped / of);
  }

  /** The last day's shares against those of the four weeks before. */
  private Finding shift(FeedPast past, Shares shares, Shares usual, long hour, Instant now) {
    List<String> words = new ArrayList<>();
    boolean clear = true;
    if (usual.received() >= LEAST_USUAL_MESSAGES && shares.received() > 0) {
      clear &= shift("refused", shares, usual, past, hour, words);
      clear &= shift("repeated", shares, usual, past, hour, words);
      clear &= shift("late", shares, usual, past, hour, words);
    }
    return new Finding(
        !words.isEmpty(),
        clear,
        now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(WINDOW_HOURS)),
        String.join("; ", words));
  }

  /** True if this share is surely as usual; adds words if it surely is not. */
  private boolean shift(
      String what, Shares shares, Shares usual, FeedPast past, long hour, List<String> words) {
    double share = of(what, shares);
    double before = of(what, usual);
    double rise = share - before;
    if (rise >= config.shift() && shares.received() >= LEAST_MESSAGES) {
      double noise = noise(what, before, past, hour + 1 - WINDOW_HOURS);
      // Half a message more than were seen: a share that was always 0 has a variance then.
      double p = Math.max(before, 0.5 / usual.received());
      double sd = Math.sqrt(p * (1 - p) / shares.received() * noise);
      if (!Double.isNaN(noise) && rise >= LEAST_SHIFT_Z * sd) {
        words.add(
            String.format(
                "%.0f %% of the messages of the last day were %s, %.1f %% before",
                100 * share, what, 100 * before));
      }
    }
    return rise <= config.shift() / 2;
  }

  private static double of(String what, Shares shares) {
    return switch (what) {
      case "refused" -> shares.refused();
      case "repeated" -> shares.duplicate();
      default -> shares.late();
    };
  }

  /** Variance of the daily shares against a binomial one, at least 1; NaN with too few days. */
  private static double noise(String what, double before, FeedPast past, long until) {
    double squares = 0;
    int days = 0;
    double variance = Math.max(before * (1 - before), 1e-9);
    for (long day = until - USUAL_HOURS; day < until; day += WINDOW_HOURS) {
      Shares one = shares(past, day, day + WINDOW_HOURS);
      if (one.received() > 0) {
        double rise = of(what, one) - before;
        squares += rise * rise * one.received() / variance;
        days++;
      }
    }
    return days < LEAST_USUAL_DAYS ? Double.NaN : Math.max(1, squares / days);
  }
}
