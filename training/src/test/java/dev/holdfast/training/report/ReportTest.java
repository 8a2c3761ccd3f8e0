package dev.holdfast.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Profit;
import dev.holdfast.evaluation.Reliability;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.training.report.ReportFacts.Candidate;
import dev.holdfast.training.report.ReportFacts.Kind;
import dev.holdfast.training.report.ReportFacts.Rows;
import dev.holdfast.training.report.ReportFacts.Window;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

class ReportTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'|`</td>\u202e\u0000&amp;";

  private static final int CUSTOMERS = 1_834;

  private static final ReportFacts FULL = SampleFacts.full();
  private static final Report REPORT = Report.of(FULL);
  private static final Report LEAST = Report.of(SampleFacts.least());

  private static String html(Report report) {
    return new String(report.html(), StandardCharsets.UTF_8);
  }

  private static String card(Report report) {
    return new String(report.card(), StandardCharsets.UTF_8);
  }

  private static Document parsed(Report report) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(report.html()));
  }

  private static List<Element> elements(Document document, String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> titles(Report report) throws Exception {
    return elements(parsed(report), "section").stream()
        .map(s -> s.getElementsByTagName("h2").item(0).getTextContent())
        .toList();
  }

  @Test
  void thePageIsWellFormedAndItsLinksLeadSomewhere() throws Exception {
    Document page = parsed(REPORT);
    Set<String> ids = new HashSet<>();
    for (Element section : elements(page, "section")) {
      ids.add(section.getAttribute("id"));
    }
    assertThat(elements(page, "a"))
        .hasSize(13)
        .allSatisfy(a -> assertThat(ids).contains(a.getAttribute("href").substring(1)));
  }

  @Test
  void nothingInThePageRunsOrReachesOut() throws Exception {
    for (Report report : List.of(REPORT, LEAST)) {
      Document page = parsed(report);
      NodeList all = page.getElementsByTagName("*");
      for (int i = 0; i < all.getLength(); i++) {
        Element element = (Element) all.item(i);
        assertThat(element.getTagName())
            .isNotIn(
                "script", "img", "iframe", "object", "embed", "form", "base", "audio", "video");
        for (int a = 0; a < element.getAttributes().getLength(); a++) {
          Node attribute = element.getAttributes().item(a);
          String name = attribute.getNodeName().toLowerCase(Locale.ROOT);
          assertThat(name).doesNotStartWith("on").isNotIn("src", "srcset", "style", "xlink:href");
          if (name.equals("href")) {
            assertThat(attribute.getNodeValue()).matches("#s\\d+|data:,");
          }
        }
      }
      assertThat(html(report))
          .doesNotContain("http://")
          .doesNotContain("https://")
          .doesNotContain("url(")
          .doesNotContain("@import")
          .contains("default-src 'none'");
    }
  }

  @Test
  void hostileNamesStayText() throws Exception {
    Report hostile = Report.of(SampleFacts.full(HOSTILE, HOSTILE));

    Document page = parsed(hostile);
    assertThat(elements(page, "img")).isEmpty();
    String shown = HOSTILE.replace('\u202e', '\ufffd').replace('\u0000', '\ufffd');
    assertThat(elements(page, "th").stream().map(Element::getTextContent))
        .as("as a feature and as a segment")
        .contains(shown, "region: " + shown);
    assertThat(elements(page, "section").get(0).getTextContent()).contains("For " + shown);
    assertThat(card(hostile)).doesNotContain("<img").doesNotContain("\u202e").contains("&lt;img");
    long rows =
        card(hostile).lines().filter(l -> l.startsWith("| region: ") && l.contains("img")).count();
    assertThat(rows).isEqualTo(1);
    assertThat(card(hostile)).as("a bar in a name makes no column").contains("\"'\\|\\`");
  }

  @Test
  void theNumbersOfThePageAndTheCardAreThoseOfTheFacts() throws Exception {
    Predictions model = FULL.candidates().get(0).predictions();
    Predictions idle = FULL.candidates().get(2).predictions();
    String page = parsed(REPORT).getDocumentElement().getTextContent();
    String card = card(REPORT);
    Interval auc = Interval.bootstrap(model, FULL.bootstrapRounds(), FULL.seed(), Auc::of);
    PairedDifference difference =
        PairedDifference.of(model, idle, FULL.bootstrapRounds(), FULL.seed());
    Profit.Point empc = Profit.empc(model, Economics.DEFAULT);
    for (String text : List.of(page, card)) {
      assertThat(text)
          .contains(format("%.4f", Auc.of(model)))
          .contains(format("%.4f to %.4f", auc.low(), auc.high()))
          .contains(format("%.4f", Loss.log(model)))
          .contains(format("%.4f", Loss.log(idle)))
          .contains(format("\u2212%.4f", -difference.logLoss().value()))
          .contains(
              format(
                  "\u2212%.4f to \u2212%.4f",
                  -difference.logLoss().low(), -difference.logLoss().high()))
          .contains(format("%.2f", empc.profit()))
          .contains(format("%.1f\u00a0%%", 100 * model.churnRate()))
          .contains(format("%,d", Math.round(model.effectiveSize())))
          .contains("1,834", "9,214", "0.4581", "17.0.15", "2011-04-22 to 2011-04-25");
      for (Reliability.Bin bin : Reliability.of(model, 10)) {
        assertThat(text)
            .contains(format("%.1f\u00a0%% to %.1f\u00a0%%", 100 * bin.low(), 100 * bin.high()));
      }
    }
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  @Test
  void theFirstScreenCountsCustomersOfAHundred() throws Exception {
    Element first = elements(parsed(REPORT), "section").get(0);
    Figures figures = Figures.of(FULL);
    long found = Math.round(100 * figures.topTenth().value());
    long random = Math.round(100 * figures.chosen().candidate().predictions().churnRate());

    assertThat(first.getTextContent())
        .contains(
            "Of 100 customers from the tenth it ranks highest, "
                + found
                + " did churn; picking 100 at random finds "
                + random)
        .contains("The idle-days rule, which needs no model, finds")
        .contains("clearly better")
        .contains("Passed the gate")
        .contains(FULL.limits().get(0));
    List<Long> filled =
        elements(parsed(REPORT), "svg").stream()
            .filter(svg -> svg.getAttribute("class").equals("hundred"))
            .map(
                svg -> {
                  NodeList dots = svg.getElementsByTagName("circle");
                  long full = 0;
                  for (int i = 0; i < dots.getLength(); i++) {
                    full += ((Element) dots.item(i)).getAttribute("class").equals("full") ? 1 : 0;
                  }
                  return full;
                })
            .toList();
    assertThat(filled).hasSize(3).startsWith(found).endsWith(random);
  }

  @Test
  void wrongProbabilitiesAreCalledSo() {
    assertThat(card(REPORT)).contains("can be taken at their word");
    assertThat(card(moved(0.6, CUSTOMERS))).contains("its probabilities are too low");
    assertThat(card(moved(1.5, CUSTOMERS))).contains("its probabilities are too high");
    assertThat(card(moved(0.885, CUSTOMERS))).contains("its probabilities are a little too low");
    assertThat(card(moved(1.1, CUSTOMERS))).contains("its probabilities are a little too high");
    assertThat(card(moved(1, 120))).contains("the test is too small to be sure");
  }

  private static Report moved(double factor, int customers) {
    List<Scored> rows =
        SampleFacts.scored(0, 1).subList(0, customers).stream()
            .map(
                s ->
                    new Scored(
                        s.customer(),
                        Math.min(0.999, factor * s.probability()),
                        s.churned(),
                        s.weight()))
            .toList();
    return Report.of(with(List.of(new Candidate("model", Kind.CHOSEN, Predictions.of(rows)))));
  }

  @Test
  void aTestThatIsNotLaterIsNotCalledSo() {
    ReportFacts.Timeline timeline = Objects.requireNonNull(FULL.timeline());
    ReportFacts.Window test = timeline.test();
    ReportFacts.Timeline overlapping =
        new ReportFacts.Timeline(
            timeline.from(),
            timeline.until(),
            List.of(new Window(test.cutoff(), test.known())),
            test);

    assertThat(card(REPORT)).contains("all after everything it learnt from");
    assertThat(card(Report.of(with(FULL.candidates().subList(0, 1), overlapping))))
        .doesNotContain("all after everything")
        .contains("that it did not learn from");
  }

  @Test
  void aRefusedModelIsCalledSo() throws Exception {
    assertThat(elements(parsed(LEAST), "section").get(0).getTextContent())
        .contains("Refused by the gate")
        .contains("12 of at least 200")
        .doesNotContain("Passed");
    assertThat(card(LEAST)).contains("Refused by the gate");
  }

  @Test
  void whatIsNotInTheFactsHasNoSection() throws Exception {
    assertThat(titles(REPORT))
        .containsExactly(
            "Of 100 customers, how many churned?",
            "What was predicted from what",
            "What it learnt from and was tested on",
            "How well it ranks",
            "Whether its probabilities come true",
            "Against its rivals",
            "What it is worth",
            "What moves the risk",
            "How risk rises in silence",
            "What the gate asked",
            "What was found in the data",
            "Settings that were tried",
            "How to make it again",
            "Limits");
    assertThat(titles(LEAST))
        .containsExactly(
            "Of 100 customers, how many churned?",
            "What it learnt from and was tested on",
            "How well it ranks",
            "Whether its probabilities come true");
    assertThat(html(LEAST)).doesNotContain("Training, gap and test").doesNotContain("EMPC");
    assertThat(card(LEAST))
        .doesNotContain("silence")
        .doesNotContain("EMPC")
        .doesNotContain("against")
        .doesNotContain("Limits")
        .doesNotContain("What the gate asked");
  }

  @Test
  void everyDrawingWithAxesSaysHowToReadIt() throws Exception {
    List<Element> figures = elements(parsed(REPORT), "figure");
    assertThat(figures).hasSizeGreaterThan(10);
    assertThat(figures)
        .allSatisfy(
            figure -> {
              String caption = figure.getElementsByTagName("figcaption").item(0).getTextContent();
              assertThat(caption.length()).isGreaterThan(20);
              Element svg = (Element) figure.getElementsByTagName("svg").item(0);
              assertThat(svg.getAttribute("aria-label")).isNotEmpty();
              assertThat(svg.getElementsByTagName("title").getLength()).isPositive();
            });
  }

  @Test
  void theSameFactsGiveTheSameBytes() {
    Report again = Report.of(SampleFacts.full());

    assertThat(again.html()).isEqualTo(REPORT.html());
    assertThat(again.card()).isEqualTo(REPORT.card());
  }

  @Test
  void tablesOfTheCardHaveAsManyCellsAsTheirHeads() {
    int cells = -1;
    for (String line : card(REPORT).split("\n", -1)) {
      if (!line.startsWith("|")) {
        cells = -1;
        continue;
      }
      int here = line.replace("\\|", "").split("\\|", -1).length;
      assertThat(here).as(line).isEqualTo(cells < 0 ? here : cells);
      cells = here;
    }
  }

  @Test
  void ticksAreRoundAndHoldTheData() {
    assertThat(Chart.ticks(0, 1, 5)).containsExactly(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0);
    assertThat(Chart.ticks(0, 0.37, 5)).endsWith(0.4);
    assertThat(Chart.ticks(-3, 17, 5)).containsExactly(-5.0, 0.0, 5.0, 10.0, 15.0, 20.0);
    assertThat(Chart.ticks(2, 2, 5)).hasSizeGreaterThan(1);
    assertThat(Chart.ticks(0, 1e-9, 3).size()).isBetween(2, 6);
  }

  @Test
  void numbersAreWrittenOneWay() {
    assertThat(Numbers.fixed(-0.00001, 4)).isEqualTo("0.0000");
    assertThat(Numbers.fixed(-0.5, 1)).isEqualTo("\u22120.5");
    assertThat(Numbers.signed(0.5, 1)).isEqualTo("+0.5");
    assertThat(Numbers.signed(0, 1)).isEqualTo("0.0");
    assertThat(Numbers.brief(12_345.6)).isEqualTo("12,346");
    assertThat(Numbers.brief(0.25)).isEqualTo("0.25");
    assertThat(Numbers.brief(100)).isEqualTo("100");
    assertThat(Numbers.brief(-2)).isEqualTo("\u22122");
  }

  @Test
  void candidatesThatCannotBeComparedAreRefused() {
    Candidate chosen = FULL.candidates().get(0);
    assertThatThrownBy(() -> with(List.of())).hasMessageContaining("comes first");
    assertThatThrownBy(() -> with(List.of(FULL.candidates().get(1))))
        .hasMessageContaining("comes first");
    assertThatThrownBy(
            () ->
                with(
                    List.of(
                        chosen, new Candidate(chosen.name(), Kind.NAIVE, chosen.predictions()))))
        .hasMessageContaining("own name");
    Predictions others = Predictions.of(SampleFacts.scored(0.1, 1).subList(0, 900));
    assertThatThrownBy(
            () -> Report.of(with(List.of(chosen, new Candidate("other", Kind.NAIVE, others)))))
        .hasMessageContaining("same customers");
  }

  private static ReportFacts with(List<Candidate> candidates) {
    return with(candidates, null);
  }

  private static ReportFacts with(
      List<Candidate> candidates, ReportFacts.@Nullable Timeline timeline) {
    ReportFacts least = SampleFacts.least();
    return new ReportFacts(
        least.version(),
        least.question(),
        least.verdict(),
        List.of(new Rows("test", 1, 1, 0.5, 1, null)),
        timeline,
        candidates,
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        List.of(),
        40,
        1);
  }
}
