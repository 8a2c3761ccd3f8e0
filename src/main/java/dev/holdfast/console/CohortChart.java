package dev.holdfast.console;

import dev.holdfast.warning.Look;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
  static final int TOP = 14;
  static final int BOTTOM = 210;
  static final int LOWER_TOP = 244;
  static final int LOWER_BOTTOM = 330;

  private static final int MARKS = 4;
  private static final int MOST_SLOT_MARKS = 8;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

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
   * Draws looks at a segment, in the order of their slots.
   *
   * @param looks at least two
   * @param hourly true if a slot is an hour since 1970, false if it is a day
   * @param limit of the sum of shortfalls
   * @param sinceSlot the slot in which the incident began
   */
  static CohortChart of(List<Look> looks, boolean hourly, double limit, long sinceSlot) {
    if (looks.size() < 2) {
      throw new IllegalArgumentException("a chart needs two looks at least, had " + looks.size());
    }
    long first = looks.get(0).slot();
    long last = looks.get(looks.size() - 1).slot();
    ToDoubleFunction<Look> x =
        one -> LEFT + (double) (one.slot() - first) / (last - first) * (RIGHT - LEFT);
    double most =
        looks.stream()
            .mapToDouble(one -> Math.max(one.came(), expectedOf(one) > 0 ? expectedOf(one) : 0))
            .max()
            .orElse(1);
    double step = step(Math.max(1, most) / MARKS);
    double highest = step * Math.ceil(Math.max(1, most) / step);
    double mostSum =
        Math.max(limit * 1.15, looks.stream().mapToDouble(Look::cusum).max().orElse(1));
    double sumStep = step(mostSum / 2);
    ToDoubleFunction<Double> y = value -> BOTTOM - value / highest * (BOTTOM - TOP);
    ToDoubleFunction<Double> sumY =
        value -> LOWER_BOTTOM - Math.min(value, mostSum) / mostSum * (LOWER_BOTTOM - LOWER_TOP);
    List<Ring> rings =
        looks.stream()
            .filter(one -> one.verdict() == Look.Verdict.RINGS)
            .map(
                one ->
                    new Ring(
                        number(x.applyAsDouble(one)), number(y.applyAsDouble((double) one.came()))))
            .toList();
    double since = LEFT + (double) (sinceSlot - first) / (last - first) * (RIGHT - LEFT);
    return new CohortChart(
        path(looks, x, one -> y.applyAsDouble((double) one.came())),
        path(looks, x, one -> expectedOf(one) >= 0 ? y.applyAsDouble(expectedOf(one)) : Double.NaN),
        path(looks, x, one -> sumY.applyAsDouble(one.cusum())),
        number(sumY.applyAsDouble(limit)),
        sinceSlot < first || sinceSlot > last ? null : number(since),
        marks(highest, step, y),
        marks(mostSum, sumStep, sumY),
        slots(first, last, hourly),
        rings,
        words(looks, hourly, rings.size()));
  }

  /** How many were expected; NaN where nothing was. */
  private static double expectedOf(Look look) {
    return look.expected() * look.due();
  }

  private static String path(List<Look> looks, ToDoubleFunction<Look> x, ToDoubleFunction<Look> y) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (Look look : looks) {
      double at = y.applyAsDouble(look);
      if (Double.isNaN(at) || look.verdict() == Look.Verdict.NOT_JUDGED) {
        drawing = false;
        continue;
      }
      path.append(drawing ? 'L' : 'M')
          .append(number(x.applyAsDouble(look)))
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

  private static List<Mark> slots(long first, long last, boolean hourly) {
    long every = Math.max(1, (last - first + MOST_SLOT_MARKS) / MOST_SLOT_MARKS);
    List<Mark> marks = new ArrayList<>();
    for (long slot = first; slot <= last; slot += every) {
      double x = LEFT + (double) (slot - first) / (last - first) * (RIGHT - LEFT);
      marks.add(new Mark(number(x), named(slot, hourly)));
    }
    return marks;
  }

  private static String named(long slot, boolean hourly) {
    return hourly
        ? HOUR.format(Instant.ofEpochSecond(slot * 3_600))
        : DAY.format(LocalDate.ofEpochDay(slot));
  }

  private static String words(List<Look> looks, boolean hourly, int rings) {
    Look last = looks.get(looks.size() - 1);
    double expected = expectedOf(last);
    return String.format(
        Locale.ROOT,
        "From %s to %s; last %,d came%s; the bell rang %s.",
        named(looks.get(0).slot(), hourly),
        named(last.slot(), hourly),
        last.came(),
        Double.isNaN(expected)
            ? ""
            : String.format(Locale.ROOT, " where %,.0f were expected", expected),
        rings == 0 ? "not once" : rings == 1 ? "once" : rings + " times");
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
