package dev.holdfast.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many customers of a segment came against how many were expected, and under it the sum of
 * shortfalls that rings at its limit, as lines of a drawing of {@link #WIDTH} by {@link #HEIGHT}.
 * Slots that were not judged leave gaps.
 *
 * @param came path of those who came
 * @param expected path of those who were expected
 * @param cusum path of the sum of shortfalls, in standard deviations
 * @param limitY height at which the sum rings; null where it lies above the drawing
 * @param sinceX where the incident began; null if that is not in the drawing
 * @param visits marks of the upper axis
 * @param sums marks of the lower axis
 * @param slots marks of time
 * @param rings slots in which the bell rang
 * @param words the same for those who do not see it
 */
public record CohortChart(
    String came,
    String expected,
    String cusum,
    @Nullable String limitY,
    @Nullable String sinceX,
    List<Mark> visits,
    List<Mark> sums,
    List<Mark> slots,
    List<Ring> rings,
    String words) {

  /** Of the whole drawing, in its own units. */
  public static final int WIDTH = 760;

  /** Of the whole drawing, in its own units. */
  public static final int HEIGHT = 360;

  static final int LEFT = 60;
  static final int RIGHT = WIDTH - 12;
  static final int TOP = 24;
  static final int BOTTOM = 210;
  static final int LOWER_TOP = 250;
  static final int LOWER_BOTTOM = 330;

  private static final int MARKS = 4;
  private static final int MOST_SLOT_MARKS = 8;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  /** A mark of an axis: where, and what it says. */
  public record Mark(String at, String words) {}

  /** A slot in which the bell rang. */
  public record Ring(String x, String y) {}

  public CohortChart {
    visits = List.copyOf(visits);
    sums = List.copyOf(sums);
    slots = List.copyOf(slots);
    rings = List.copyOf(rings);
  }

  /**
   * What was seen of the segment in a slot.
   *
   * @param start its first instant
   * @param came how many customers
   * @param expected how many were expected; null while that is not known
   * @param cusum the sum of shortfalls after it, in standard deviations
   * @param judged false for a holiday or an outage that we know of
   * @param rings true in the slot in which the bell rang
   */
  public record Seen(
      Instant start,
      int came,
      @Nullable Double expected,
      double cusum,
      boolean judged,
      boolean rings) {}

  /**
   * Draws what was seen of a segment, in the order of time.
   *
   * @param seen at least two slots
   * @param hourly true if a slot is an hour, false if it is a day
   * @param limit of the sum of shortfalls
   * @param since when the incident began
   * @param formats in the zone of the days
   */
  static CohortChart of(
      List<Seen> seen, boolean hourly, double limit, Instant since, Formats formats) {
    if (seen.size() < 2) {
      throw new IllegalArgumentException("a chart needs two slots at least, had " + seen.size());
    }
    Instant first = seen.get(0).start();
    Instant last = seen.get(seen.size() - 1).start();
    ToDoubleFunction<Instant> x = at -> LEFT + share(at, first, last) * (RIGHT - LEFT);
    double most =
        seen.stream().mapToDouble(one -> Math.max(one.came(), expectedOr(one, 0))).max().orElse(1);
    double step = step(Math.max(1, most) / MARKS);
    double highest = step * Math.ceil(Math.max(1, most) / step);
    double mostSum = Math.max(limit * 1.15, seen.stream().mapToDouble(Seen::cusum).max().orElse(1));
    ToDoubleFunction<Double> y = value -> BOTTOM - value / highest * (BOTTOM - TOP);
    ToDoubleFunction<Double> sumY =
        value -> LOWER_BOTTOM - value / mostSum * (LOWER_BOTTOM - LOWER_TOP);
    List<Ring> rings =
        seen.stream()
            .filter(Seen::rings)
            .map(
                one ->
                    new Ring(
                        number(x.applyAsDouble(one.start())),
                        number(y.applyAsDouble((double) one.came()))))
            .toList();
    return new CohortChart(
        path(seen, x, one -> y.applyAsDouble((double) one.came())),
        path(seen, x, one -> y.applyAsDouble(expectedOr(one, Double.NaN))),
        path(seen, x, one -> sumY.applyAsDouble(one.cusum())),
        number(sumY.applyAsDouble(limit)),
        since.isBefore(first) || since.isAfter(last) ? null : number(x.applyAsDouble(since)),
        marks(highest, step, y),
        marks(mostSum, step(mostSum / 2), sumY),
        slots(seen, hourly, formats, x),
        rings,
        words(seen, hourly, formats, rings.size()));
  }

  private static double share(Instant at, Instant first, Instant last) {
    return (double) Duration.between(first, at).toSeconds()
        / Duration.between(first, last).toSeconds();
  }

  private static double expectedOr(Seen seen, double otherwise) {
    Double expected = seen.expected();
    return expected == null ? otherwise : expected;
  }

  private static String path(
      List<Seen> seen, ToDoubleFunction<Instant> x, ToDoubleFunction<Seen> y) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (Seen one : seen) {
      double at = y.applyAsDouble(one);
      if (Double.isNaN(at) || !one.judged()) {
        drawing = false;
        continue;
      }
      path.append(drawing ? 'L' : 'M')
          .append(number(x.applyAsDouble(one.start())))
          .append(' ')
          .append(number(at));
      drawing = true;
    }
    return path.toString();
  }

  private static List<Mark> marks(double highest, double step, ToDoubleFunction<Double> y) {
    List<Mark> marks = new ArrayList<>();
    for (double value = 0; value <= highest * 1.0001; value += step) {
      marks.add(
          new Mark(
              number(y.applyAsDouble(value)),
              step < 1
                  ? String.format(Locale.ROOT, "%.1f", value)
                  : String.format(Locale.ROOT, "%,.0f", value)));
    }
    return marks;
  }

  private static List<Mark> slots(
      List<Seen> seen, boolean hourly, Formats formats, ToDoubleFunction<Instant> x) {
    int every = Math.max(1, (seen.size() - 1 + MOST_SLOT_MARKS) / MOST_SLOT_MARKS);
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < seen.size(); i += every) {
      Instant start = seen.get(i).start();
      marks.add(new Mark(number(x.applyAsDouble(start)), named(start, hourly, formats)));
    }
    return marks;
  }

  private static String named(Instant start, boolean hourly, Formats formats) {
    return hourly ? formats.minute(start) : formats.dayAndMonth(start);
  }

  private static String words(List<Seen> seen, boolean hourly, Formats formats, int rings) {
    Seen last = seen.get(seen.size() - 1);
    Double expected = last.expected();
    Words words = formats.words();
    String came = formats.number(last.came());
    return words.of(
            "warning_chart_span",
            named(seen.get(0).start(), hourly, formats),
            named(last.start(), hourly, formats))
        + (expected == null
            ? words.of("warning_chart_came", came)
            : words.of("warning_chart_came_of", came, formats.number(expected)))
        + (rings == 0 ? words.of("warning_chart_quiet") : words.count("warning_chart_rang", rings));
  }

  /** The least round number that is at least {@code value}. */
  private static double step(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : STEPS) {
      if (factor * power >= value) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
