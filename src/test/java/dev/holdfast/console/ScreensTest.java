package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the documents, made by {@code ./holdfast screens}: every page as those see it
 * whose it is, in both languages and themes; each is quiet and accessible too.
 */
@QuarkusTest
@Tag("full")
class ScreensTest {

  private static final int NARROW = 390;

  @Inject Showcase showcase;
  @Inject ModelRegistry models;

  @TestHTTPResource("/")
  URI home;

  /** A page, whose it is, and the name of its picture. */
  private record Shot(String name, String reader, String path) {}

  @BeforeEach
  void aCompanyInItsSecondYear() throws Exception {
    showcase.make();
  }

  @Test
  void everyPageHasItsPictures() {
    List<String> told = new ArrayList<>();
    try (RealBrowser browser = RealBrowser.start()) {
      for (String language : List.of("en", "zh-CN")) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          String suffix =
              "-" + language.substring(0, 2) + (scheme == ColorScheme.DARK ? "-dark" : "-light");
          Reader.Way wide = new Reader.Way(1280, scheme, language, true);
          take(browser, wide, suffix, shots(), told);
          Reader.Way narrow = new Reader.Way(NARROW, scheme, language, true);
          take(browser, narrow, "-390" + suffix, narrowShots(), told);
          theDoor(browser, wide, suffix, told);
        }
      }
    }
    assertThat(told).as("complaints about pages, whose pictures are there").isEmpty();
  }

  @Test
  void everyFigureIsTheApis() {
    PageFigures figures = new PageFigures(Showcase.NOW);
    figures.home();
    figures.results(showcase.ended());
    figures.results(showcase.running());
    figures.model(models.champion().orElseThrow().model().version());
    figures.incident(showcase.incident());
    figures.watched();
    figures.intake();
    figures.customer(showcase.customer());
    figures.receipt(showcase.customer());
    figures.callList(showcase.running());
    figures.desk();
  }

  /** Every page that people may open. */
  private List<Shot> shots() {
    String customer = showcase.customer().replace(":", "%3A");
    String version = models.champion().orElseThrow().model().version();
    List<Shot> shots = new ArrayList<>();
    shots.add(new Shot("home-agent", Showcase.AGENT, "/"));
    shots.add(new Shot("my-list", Showcase.AGENT, "/my-list"));
    shots.add(new Shot("call-lists", Showcase.AGENT, "/call-lists?campaign=" + showcase.running()));
    shots.add(new Shot("home", Showcase.LEAD, "/"));
    shots.add(new Shot("customers", Showcase.LEAD, "/customers?q=" + encoded("陈")));
    shots.add(new Shot("customer", Showcase.LEAD, "/customers/" + customer));
    shots.add(new Shot("receipt", Showcase.LEAD, ""));
    shots.add(new Shot("erasure", Showcase.LEAD, "/customers/" + customer + "/erasure"));
    shots.add(new Shot("erased", Showcase.LEAD, "/erasures/" + showcase.erasure()));
    shots.add(new Shot("warnings", Showcase.LEAD, "/warnings"));
    shots.add(new Shot("incident", Showcase.LEAD, "/warnings/" + showcase.incident()));
    shots.add(
        new Shot(
            "incident-customers",
            Showcase.LEAD,
            "/warnings/" + showcase.incident() + "/customers"));
    shots.add(new Shot("campaigns", Showcase.LEAD, "/campaigns?verdicts=true"));
    shots.add(new Shot("campaign", Showcase.LEAD, "/campaigns/" + showcase.running()));
    shots.add(
        new Shot("campaign-results", Showcase.LEAD, "/campaigns/" + showcase.ended() + "/results"));
    shots.add(
        new Shot(
            "campaign-preview", Showcase.LEAD, "/campaigns/" + showcase.running() + "/preview"));
    shots.add(
        new Shot(
            "campaign-replays", Showcase.LEAD, "/campaigns/" + showcase.running() + "/replays"));
    shots.add(
        new Shot(
            "campaign-replay",
            Showcase.LEAD,
            "/campaigns/"
                + showcase.running()
                + "/replays/"
                + (showcase.replay() - 1)
                + "?with="
                + showcase.replay()));
    shots.add(new Shot("campaign-form", Showcase.LEAD, "/campaigns/new"));
    shots.add(
        new Shot("campaign-change", Showcase.LEAD, "/campaigns/" + showcase.running() + "/change"));
    shots.add(new Shot("search", Showcase.LEAD, "/search?q=st"));
    shots.add(new Shot("home-scientist", Showcase.SCIENTIST, "/"));
    shots.add(new Shot("models", Showcase.SCIENTIST, "/models"));
    shots.add(new Shot("model", Showcase.SCIENTIST, "/models/" + version));
    shots.add(new Shot("model-report", Showcase.SCIENTIST, "/models/" + version + "/report"));
    shots.add(new Shot("home-operator", Showcase.OPERATOR, "/"));
    shots.add(new Shot("operate", Showcase.OPERATOR, "/operate"));
    shots.add(new Shot("imports", Showcase.OPERATOR, "/operate/imports"));
    shots.add(new Shot("people", Showcase.OPERATOR, "/operate/people"));
    shots.add(new Shot("audit", Showcase.OPERATOR, "/operate/audit"));
    shots.add(new Shot("settings", Showcase.OPERATOR, "/operate/settings"));
    shots.add(new Shot("problem", Showcase.OPERATOR, "/warnings/999999"));
    return shots;
  }

  private List<Shot> narrowShots() {
    return shots().stream()
        .filter(shot -> List.of("my-list", "customer").contains(shot.name()))
        .toList();
  }

  private void take(
      RealBrowser browser, Reader.Way way, String suffix, List<Shot> shots, List<String> told) {
    String who = "";
    Reader reader = null;
    try {
      for (Shot shot : shots) {
        if (reader == null || !who.equals(shot.reader())) {
          if (reader != null) {
            reader.close();
          }
          reader = Reader.named(browser, home, way, shot.reader(), "/");
          who = shot.reader();
        }
        try {
          open(reader, shot);
          reader.screen(shot.name() + suffix);
          judge(reader, shot, way, told);
          if (shot.name().equals("my-list")) {
            reader.page().keyboard().press("r");
            reader.page().waitForURL("**/my-list?said=released");
          }
        } catch (PlaywrightException failure) {
          // The other pages have their pictures all the same.
          told.add(shot.name() + suffix + ": " + failure.getMessage());
        }
      }
    } finally {
      if (reader != null) {
        reader.close();
      }
    }
  }

  private static void open(Reader reader, Shot shot) {
    Page page = reader.page();
    if (shot.name().equals("receipt")) {
      page.locator("#receipts ~ table a").first().click();
      page.waitForURL("**/receipts/*");
      return;
    }
    reader.open(shot.path());
    if (shot.name().equals("my-list")) {
      page.keyboard().press("n");
      page.locator("#who").waitFor();
      // Whoever was called is not called again at once, and there are not many.
      if (page.viewportSize().width > NARROW) {
        page.keyboard().press("c");
        page.locator(".dial").waitFor();
      }
    } else if (shot.name().equals("campaign-form")) {
      page.locator("#name").fill("Stay through winter");
      page.locator("#enter").fill("40");
      page.locator("#preview .tile").first().waitFor();
    }
  }

  private static void judge(Reader reader, Shot shot, Reader.Way way, List<String> told) {
    String what = shot.name() + " " + way;
    // A report is a document of its own and may run no scripts, not even those of a test.
    boolean report = shot.name().equals("model-report");
    boolean problem = shot.name().equals("problem");
    try {
      if (!problem) {
        reader.requireQuiet(what);
      }
      if (!report) {
        reader.requireAccessible(what);
        reader.requireTraced(what);
        assertThat(reader.page().locator("script:not([src])").count()).as(what).isZero();
        if (way.language().startsWith("zh")) {
          assertThat(LeftInEnglish.of(reader.page().content(), Showcase.WRITTEN))
              .as("%s: left in English", what)
              .isEmpty();
        }
      }
    } catch (AssertionError | RuntimeException complaint) {
      told.add(String.valueOf(complaint.getMessage()));
    }
  }

  private void theDoor(RealBrowser browser, Reader.Way way, String suffix, List<String> told) {
    try (Reader reader = Reader.stranger(browser, home, way)) {
      reader.open("/sign-in");
      reader.screen("sign-in" + suffix);
      judge(reader, new Shot("sign-in", "", ""), way, told);
    }
  }

  private static String encoded(String words) {
    return URLEncoder.encode(words, StandardCharsets.UTF_8);
  }
}
