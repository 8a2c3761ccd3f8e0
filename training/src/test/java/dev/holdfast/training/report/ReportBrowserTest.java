package dev.holdfast.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.testsupport.RealBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The report in a real browser: readable, quiet and alone, narrow and wide, light and dark. */
class ReportBrowserTest {

  private static final Path SCREENS = Path.of("target", "screens");
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'}{</style></title>";

  @Test
  void thePageIsReadableQuietAndAsksNothingOfTheNetwork() throws IOException {
    try (RealBrowser real = RealBrowser.start()) {
      Path folder = Files.createDirectories(SCREENS);
      Path full = Files.write(folder.resolve("report.html"), bytes(SampleFacts.full()));
      Path hostile =
          Files.write(
              folder.resolve("report-hostile.html"),
              bytes(SampleFacts.full("\u202e" + HOSTILE, HOSTILE + "x".repeat(300))));
      Path least = Files.write(folder.resolve("report-least.html"), bytes(SampleFacts.least()));
      for (int width : List.of(1280, 390)) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          look(real.browser(), full, width, scheme);
        }
        look(real.browser(), hostile, width, ColorScheme.LIGHT);
        look(real.browser(), least, width, ColorScheme.LIGHT);
      }
    }
  }

  private static byte[] bytes(ReportFacts facts) {
    return Report.of(facts).html();
  }

  private static void look(Browser browser, Path file, int width, ColorScheme scheme) {
    String what = file.getFileName() + ", " + width + " px, " + scheme;
    String address = file.toAbsolutePath().toUri().toString();
    List<String> complaints = new ArrayList<>();
    List<String> requests = new ArrayList<>();
    try (BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))) {
      Page page = context.newPage();
      page.onConsoleMessage(message -> complaints.add(message.text()));
      page.onPageError(complaints::add);
      page.onDialog(
          dialog -> {
            complaints.add("a dialog: " + dialog.message());
            dialog.dismiss();
          });
      page.onRequest(request -> requests.add(request.url()));

      page.navigate(address);

      assertThat(page.locator("h1").isVisible()).as(what).isTrue();
      assertThat(page.locator(".verdict").boundingBox().y)
          .as("%s: the verdict is on the first screen", what)
          .isLessThan(900);
      assertThat(page.locator("script, img, iframe, object").count()).as(what).isZero();
      assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
          .as("%s: the page must not scroll sideways", what)
          .isLessThanOrEqualTo(width);
      assertThat(wordsOutsideTheirDrawing(page)).as(what).isEmpty();
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(
                  SCREENS.resolve(
                      file.getFileName().toString().replace(".html", "")
                          + "-"
                          + width
                          + "-"
                          + scheme.name().toLowerCase(Locale.ROOT)
                          + ".png")));
    }
    assertThat(complaints).as(what).isEmpty();
    assertThat(requests).as(what).allMatch(url -> url.equals(address) || url.startsWith("data:"));
  }

  /** Words of a drawing that its edge cuts off. */
  @SuppressWarnings("unchecked")
  private static List<String> wordsOutsideTheirDrawing(Page page) {
    return (List<String>)
        page.evaluate(
            """
            [...document.querySelectorAll('svg text')].filter(text => {
              const word = text.getBoundingClientRect();
              const edge = text.ownerSVGElement.getBoundingClientRect();
              return word.left < edge.left - 0.5 || word.right > edge.right + 0.5
                  || word.top < edge.top - 0.5 || word.bottom > edge.bottom + 0.5;
            }).map(text => text.textContent)
            """);
  }
}
