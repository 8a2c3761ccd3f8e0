package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.console.WarningPageData.Command;
import dev.holdfast.console.WarningPageData.Detail;
import dev.holdfast.console.WarningPageData.Entry;
import dev.holdfast.console.WarningPageData.Fact;
import dev.holdfast.console.WarningPageData.FeedLine;
import dev.holdfast.console.WarningPageData.Line;
import dev.holdfast.console.WarningPageData.Shared;
import dev.holdfast.console.WarningPageData.Told;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pages of warnings, and the chart of a segment. */
class WarningPageTest {

  private static final Instant FIRST = Instant.parse("2026-01-12T00:00:00Z");
  private static final int DAYS = 56;
  private static final int BREAKS = 45;
  private static final int HOLIDAY = 20;
  private static final double LIMIT = 9.4;

  private static final Line NORTH =
      new Line(
          12,
          "segment:region=north/plan=prepaid",
          "31% of the expected visits are missing since 2026-02-26",
          "2026-02-26 00:00 UTC",
          "1,204",
          "open",
          "nils",
          false);

  @Test
  void theListSaysWhatIsOpenAndHowTheFeedsAre() throws IOException {
    WarningPageData page =
        new WarningPageData(
            "2026-03-09 09:00 UTC",
            List.of(
                NORTH,
                new Line(
                    13,
                    "source:billing",
                    "nothing reported since 2026-03-08 02:00, normal is every 26 hours",
                    "2026-03-08 02:00 UTC",
                    "88,310",
                    "acknowledged",
                    null,
                    true)),
            List.of(
                new Line(
                    9,
                    "source:app",
                    "the load balancer was changed",
                    "2026-02-11 14:00 UTC",
                    "4",
                    "resolved",
                    "lena",
                    false)),
            List.of(
                new FeedLine(
                    "app",
                    "stream",
                    "2026-03-09 08:59 UTC",
                    "2026-03-09 08:59 UTC",
                    "412,006",
                    null,
                    null),
                new FeedLine(
                    "billing",
                    "daily",
                    "2026-03-08 00:00 UTC",
                    "2026-03-08 00:00 UTC",
                    "88,310",
                    "silent",
                    13L)));

    String html = render("all", page);

    assertThat(html)
        .contains("href=\"/warnings/12\"", "1,204", "nils", "<strong>ours</strong>")
        .contains("the load balancer was changed", "412,006")
        .contains("<span class=\"wrong\">silent</span>, <a href=\"/warnings/13\">incident 13</a>");
    inert(html);
    keep("warnings", html);
    assertThat(render("all", new WarningPageData("now", List.of(), List.of(), List.of())))
        .contains("Nothing is wrong", "No source has reported")
        .doesNotContain("Resolved");
  }

  @Test
  void oneIncidentShowsTheChartWhoIsMissingAndWhatCanBeDone() throws IOException {
    String html = render("one", detail(chart(), "seen by the vendor too"));

    assertThat(html)
        .contains("<svg", "class=\"came\"", "class=\"limit\"", "class=\"ring\"")
        .contains("last event=login_failed", "83%<span class=\"unit\"> of the missing<")
        .contains("holdfast warnings acknowledge --ours 12", "/api/v1/warnings/12/customers")
        .contains("href=\"/warnings/7\"", "href=\"/warnings/14\"")
        .contains("<strong>nils</strong> opened: refused (the mail server answered 550)");
    inert(html);
    keep("incident", html);
  }

  @Test
  void hostileWordsAreInert() throws IOException {
    String html = render("one", detail(null, "<script>alert(1)</script>\"><img src=x>"));

    assertThat(html).doesNotContain("<script", "<img").contains("&lt;script&gt;");
  }

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
    assertThatThrownBy(
            () -> CohortChart.of(seen().subList(0, 1), false, LIMIT, FIRST, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two slots");
  }

  private static CohortChart chart() {
    return CohortChart.of(seen(), false, LIMIT, day(BREAKS), ZoneOffset.UTC);
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

  private static Detail detail(@Nullable CohortChart chart, String remark) {
    return new Detail(
        NORTH,
        List.of(
            new Fact("What", NORTH.words()),
            new Fact("Since", NORTH.since()),
            new Fact("Expected", "14,210 visits, 9,805 came: 4,210 to 4,601 missing"),
            new Fact("Owner", "nils")),
        chart,
        7L,
        List.of(14L, 15L),
        List.of(
            new Shared("last event=login_failed", "83%", "4%", "20.8", "<0.001"),
            new Shared("device=android-9", "61%", "22%", "2.8", "0.004")),
        "/api/v1/warnings/12/customers",
        List.of(
            new Command("Say that you saw it", "holdfast warnings acknowledge 12"),
            new Command(
                "Say that it is a fault of ours", "holdfast warnings acknowledge --ours 12"),
            new Command("Call its customers", "holdfast warnings campaign 12 [FILE]")),
        List.of(
            new Entry("2026-02-28 00:20 UTC", "holdfast", "opened", NORTH.words()),
            new Entry("2026-02-28 08:02 UTC", "nils", "commented", remark)),
        List.of(new Told("nils", "opened", "refused", "the mail server answered 550")));
  }

  private static void inert(String html) {
    assertThat(html)
        .doesNotContain("<script", "<style")
        .doesNotContainPattern(" style=|\\son\\w+=");
    assertThat(Pattern.compile("https?://").matcher(html).find()).isFalse();
  }

  private static String render(String name, Object page) throws IOException {
    Engine engine =
        Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of("text/html")))
            .build();
    try (InputStream in =
        WarningPages.class.getResourceAsStream("/templates/WarningPages/" + name + ".html")) {
      assertThat(in).isNotNull();
      return engine
          .parse(
              new String(in.readAllBytes(), StandardCharsets.UTF_8),
              Variant.forContentType("text/html"))
          .data("page", page)
          .render();
    }
  }

  /** Leaves the rendered page beside its style sheet, to be looked at in a browser. */
  private static void keep(String name, String page) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "pages"));
    Files.writeString(folder.resolve(name + ".html"), page);
  }
}
