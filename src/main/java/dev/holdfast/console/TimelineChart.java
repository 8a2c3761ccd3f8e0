package dev.holdfast.console;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.scoring.RiskHistory.RecordedScore;
import dev.holdfast.scoring.RiskProjection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The last months of a customer and the next weeks: what happened day by day in lanes, long
 * silences as bars between the days of use, and under it the recorded risk and what silence will
 * make of it. A drawing of {@link #WIDTH} by {@link #HEIGHT} in its own units.
 *
 * @param lanes one for each kind of thing
 * @param dots one for each lane and day on which something happened
 * @param gaps silences much longer than usual
 * @param risk path of the recorded risk, by steps
 * @param ahead path of the risk in silence from now on
 * @param levels risks that somebody watches
 * @param marks of time
 * @param nowX where the present is
 * @param words the same for those who do not see it
 */
public record TimelineChart(
    List<Lane> lanes,
    List<Dot> dots,
    List<Gap> gaps,
    String risk,
    String ahead,
    List<Level> levels,
    List<Mark> marks,
    String nowX,
    String words) {

  /** Of the whole drawing. */
  public static final int WIDTH = 900;

  /** Of the whole drawing. */
  public static final int HEIGHT = 300;

  static final int LEFT = 96;
  static final int RIGHT = WIDTH - 16;
  static final int RISK_TOP = 136;
  static final int RISK_BOTTOM = 268;

  private static final int FIRST_LANE = 20;
  private static final int LANE = 26;
  private static final Duration BACK = Duration.ofDays(90);
  private static final Duration FURTHER = Duration.ofDays(14);
  private static final int MARKS_EVERY_DAYS = 14;

  /** Its words are written around a mark. */
  private static final int ROOM_FOR_A_MARK = 3;

  /** A silence is drawn from this many times the usual gap on. */
  private static final double LONG = 2;

  private static final Duration SHORTEST_GAP = Duration.ofDays(3);

  /** A lane. */
  public record Lane(String name, String y) {}

  /**
   * A day on which something happened.
   *
   * @param tone its colour: {@code use}, {@code soft}, {@code bad} or {@code warn}
   */
  public record Dot(String x, String y, String radius, String tone, String words) {}

  /** A long silence. */
  public record Gap(String x, String y, String width, String words) {}

  /** A watched risk. */
  public record Level(String y, String words) {}

  /** A mark of time. */
  public record Mark(String x, String words) {}

  public TimelineChart {
    lanes = List.copyOf(lanes);
    dots = List.copyOf(dots);
    gaps = List.copyOf(gaps);
    levels = List.copyOf(levels);
    marks = List.copyOf(marks);
  }

  private enum Kind {
    USE("use"),
    CONTACT("soft"),
    COMPLAINT("bad"),
    OURS("warn");

    private final String tone;

    Kind(String tone) {
      this.tone = tone;
    }

    static Kind of(EventKind kind) {
      return switch (kind) {
        case USAGE, PURCHASE -> USE;
        case COMPLAINT, FEEDBACK, CANCELLATION -> COMPLAINT;
        case OUTBOUND -> OURS;
        case INTERACTION, STATUS, CONTRACT -> CONTACT;
      };
    }
  }

  /** Where a time is. */
  private record Axis(Instant from, Instant to) {

    double x(Instant at) {
      double share =
          (double) Duration.between(from, at).toSeconds() / Duration.between(from, to).toSeconds();
      return LEFT + Math.max(0, Math.min(1, share)) * (RIGHT - LEFT);
    }

    boolean holds(Instant at) {
      return !at.isBefore(from) && !at.isAfter(to);
    }
  }

  /**
   * Draws.
   *
   * @param history all events, in the order of time
   * @param scores recorded, newest first
   * @param projection of the silence from now on; null if there is no risk
   */
  static TimelineChart of(
      List<Event> history,
      List<RecordedScore> scores,
      @Nullable RiskProjection projection,
      Instant now,
      Words words,
      Formats formats) {
    Axis axis = new Axis(now.minus(BACK), now.plus(FURTHER));
    ZoneId zone = formats.zone();
    List<Lane> lanes = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      lanes.add(new Lane(words.named("lane", wire(kind)), number(y(kind))));
    }
    List<Mark> marks = new ArrayList<>();
    for (LocalDate day = now.atZone(zone).toLocalDate().minusDays(BACK.toDays() - 6);
        axis.holds(day.plusDays(ROOM_FOR_A_MARK).atStartOfDay(zone).toInstant());
        day = day.plusDays(MARKS_EVERY_DAYS)) {
      Instant at = day.atStartOfDay(zone).toInstant();
      marks.add(new Mark(number(axis.x(at)), formats.dayAndMonth(at)));
    }
    List<Level> levels = new ArrayList<>();
    for (int percent = 0; percent <= 100; percent += 50) {
      levels.add(new Level(number(riskY(percent / 100.0)), percent + "%"));
    }
    List<Gap> gaps = gaps(history, axis, now, zone, words, formats);
    return new TimelineChart(
        lanes,
        dots(history, axis, zone, words, formats),
        gaps,
        riskPath(scores, axis, now, projection),
        aheadPath(projection, axis),
        levels,
        marks,
        number(axis.x(now)),
        words.of(
            "customer_chart_words", formats.day(axis.from()), formats.day(axis.to()), gaps.size()));
  }

  private static List<Dot> dots(
      List<Event> history, Axis axis, ZoneId zone, Words words, Formats formats) {
    record Cell(LocalDate day, Kind kind) {}
    Map<Cell, Integer> counts = new LinkedHashMap<>();
    for (Event event : history) {
      if (axis.holds(event.occurredAt())) {
        counts.merge(
            new Cell(event.occurredAt().atZone(zone).toLocalDate(), Kind.of(event.kind())),
            event.count(),
            Integer::sum);
      }
    }
    List<Dot> dots = new ArrayList<>();
    counts.forEach(
        (cell, count) -> {
          Instant noon = cell.day().atTime(12, 0).atZone(zone).toInstant();
          dots.add(
              new Dot(
                  number(axis.x(noon)),
                  number(y(cell.kind())),
                  number(Math.min(7, 3 + Math.log(count))),
                  cell.kind().tone,
                  formats.day(noon)
                      + ": "
                      + words.named("lane", wire(cell.kind()))
                      + " × "
                      + count));
        });
    return dots;
  }

  private static List<Gap> gaps(
      List<Event> history, Axis axis, Instant now, ZoneId zone, Words words, Formats formats) {
    TreeSet<LocalDate> days = new TreeSet<>();
    history.stream()
        .filter(event -> Kind.of(event.kind()) == Kind.USE)
        .forEach(event -> days.add(event.occurredAt().atZone(zone).toLocalDate()));
    if (days.isEmpty()) {
      return List.of();
    }
    List<LocalDate> ordered = new ArrayList<>(days);
    List<Long> lengths = new ArrayList<>();
    for (int i = 1; i < ordered.size(); i++) {
      lengths.add(ordered.get(i).toEpochDay() - ordered.get(i - 1).toEpochDay());
    }
    lengths.sort(Comparator.naturalOrder());
    double usual = lengths.isEmpty() ? SHORTEST_GAP.toDays() : lengths.get(lengths.size() / 2);
    double least = Math.max(SHORTEST_GAP.toDays(), LONG * usual);
    ordered.add(now.atZone(zone).toLocalDate());
    List<Gap> gaps = new ArrayList<>();
    for (int i = 1; i < ordered.size(); i++) {
      Instant from = ordered.get(i - 1).plusDays(1).atStartOfDay(zone).toInstant();
      Instant to = ordered.get(i).atStartOfDay(zone).toInstant();
      long length = ordered.get(i).toEpochDay() - ordered.get(i - 1).toEpochDay();
      if (length >= least && to.isAfter(axis.from())) {
        double left = axis.x(from);
        gaps.add(
            new Gap(
                number(left),
                number(y(Kind.USE) - 8),
                number(Math.max(0, axis.x(to) - left)),
                words.of("customer_gap", words.count("time_days", length), formats.day(from))));
      }
    }
    return gaps;
  }

  private static String riskPath(
      List<RecordedScore> scores, Axis axis, Instant now, @Nullable RiskProjection projection) {
    StringBuilder path = new StringBuilder();
    List<RecordedScore> ascending = new ArrayList<>(scores);
    ascending.sort(Comparator.comparing(RecordedScore::scoredAt));
    double before = Double.NaN;
    for (RecordedScore score : ascending) {
      Instant at = score.scoredAt().isAfter(now) ? now : score.scoredAt();
      double x = axis.x(at);
      if (path.length() == 0) {
        path.append('M').append(number(x)).append(' ').append(number(riskY(score.risk())));
      } else {
        // In force until the next one.
        path.append('L').append(number(x)).append(' ').append(number(before));
        path.append('L').append(number(x)).append(' ').append(number(riskY(score.risk())));
      }
      before = riskY(score.risk());
    }
    if (path.length() > 0) {
      double end = projection == null ? before : riskY(projection.days().get(0).risk());
      path.append('L').append(number(axis.x(now))).append(' ').append(number(end));
    }
    return path.toString();
  }

  private static String aheadPath(@Nullable RiskProjection projection, Axis axis) {
    if (projection == null) {
      return "";
    }
    StringBuilder path = new StringBuilder();
    for (RiskProjection.Day day : projection.days()) {
      path.append(path.length() == 0 ? 'M' : 'L')
          .append(number(axis.x(day.at())))
          .append(' ')
          .append(number(riskY(day.risk())));
    }
    return path.toString();
  }

  private static double y(Kind kind) {
    return FIRST_LANE + (double) LANE * kind.ordinal();
  }

  private static double riskY(double risk) {
    return RISK_BOTTOM - risk * (RISK_BOTTOM - RISK_TOP);
  }

  private static String wire(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
