package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages of warnings, and the chart of a segment. */
class WarningPageTest {

  private static final Instant FIRST = Instant.parse("2026-01-12T00:00:00Z");
  private static final int DAYS = 56;
  private static final int BREAKS = 45;
  private static final int HOLIDAY = 20;
  private static final double LIMIT = 9.4;
  private static final Formats FORMATS =
      new Formats(Language.ENGLISH, new Words(Language.ENGLISH), ZoneOffset.UTC, FIRST);

  @Test
  void theLinesStayWithinTheDrawingAndAreBrokenWhereNothingWasJudged() {
    CohortChart chart = chart();

    assertThat(points(chart.came())).hasSize(DAYS - 1);
    assertThat(points(chart.came()))
        .allSatisfy(
            point -> {
              assertThat(point[0]).isBetween((double) CohortChart.LEFT, (double) CohortChart.RIGHT);
              assertThat(point[1]).isBetween((double) CohortChart.TOP, (double) CohortChart.BOTTOM);
            });
    assertThat(points(chart.cusum()))
        .allSatisfy(
            point ->
                assertThat(point[1])
                    .isBetween((double) CohortChart.LOWER_TOP, (double) CohortChart.LOWER_BOTTOM));
    assertThat(chart.came().chars().filter(c -> c == 'M').count())
        .as("a holiday is a gap in the line")
        .isEqualTo(2);
    assertThat(points(chart.expected()).size())
        .as("nothing is expected before there is a history")
        .isEqualTo(DAYS - 14 - 1);
    assertThat(chart.rings()).hasSize(1);
    assertThat(chart.visits().get(0).words()).isEqualTo("0");
    assertThat(chart.visits().size()).isBetween(3, 6);
    assertThat(chart.slots().size()).isBetween(4, 9);
    assertThat(chart.slots().get(0).words()).isEqualTo("12 Jan");
    assertThat(chart.words()).contains("From 12 Jan to 8 Mar").contains("rang once");
  }

  @Test
  void fewerComersLieLowerAndTheSumReachesItsLimitWhereItRings() {
    CohortChart chart = chart();
    List<double[]> came = points(chart.came());
    List<double[]> expected = points(chart.expected());
    double[] lastCame = came.get(came.size() - 1);
    double[] lastExpected = expected.get(expected.size() - 1);
    assertThat(lastCame[0]).isEqualTo(lastExpected[0]);
    assertThat(lastCame[1]).as("lower on the page").isGreaterThan(lastExpected[1]);
    double limit = Double.parseDouble(chart.limitY() == null ? "NaN" : chart.limitY());
    double ring = Double.parseDouble(chart.rings().get(0).x());
    assertThat(points(chart.cusum()).stream().filter(point -> point[1] < limit).findFirst())
        .hasValueSatisfying(first -> assertThat(first[0]).isEqualTo(ring));
  }

  @Test
  void oneSlotIsNoChart() {
    assertThatThrownBy(() -> CohortChart.of(seen().subList(0, 1), false, LIMIT, FIRST, FORMATS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two slots");
  }

  private static CohortChart chart() {
    return CohortChart.of(seen(), false, LIMIT, day(BREAKS), FORMATS);
  }

  private static Instant day(int day) {
    return FIRST.plus(Duration.ofDays(day));
  }

  /** Eight weeks of a segment: a fortnight without a baseline, a holiday, and a drop of a third. */
  private static List<CohortChart.Seen> seen() {
    Random random = new Random(5);
    List<CohortChart.Seen> seen = new ArrayList<>();
    double cusum = 0;
    for (int day = 0; day < DAYS; day++) {
      double expected = 4_100 * (day % 7 > 4 ? 0.45 : 0.7);
      int came = (int) (expected * (day >= BREAKS ? 0.69 : 1) + 30 * random.nextGaussian());
      boolean known = day >= 14;
      double before = cusum;
      cusum = known ? Math.max(0, cusum + (expected - came) / 200 - 0.5) : 0;
      seen.add(
          new CohortChart.Seen(
              day(day),
              came,
              known ? Double.valueOf(expected) : null,
              cusum,
              day != HOLIDAY,
              before <= LIMIT && cusum > LIMIT));
    }
    return seen;
  }

  private static List<double[]> points(String path) {
    return Pattern.compile("[ML]([0-9.-]+) ([0-9.-]+)")
        .matcher(path)
        .results()
        .map(WarningPageTest::point)
        .toList();
  }

  private static double[] point(MatchResult found) {
    return new double[] {Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2))};
  }
}
