package dev.holdfast.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Somebody who reads the pages in a real browser: signs in by the form, and notes whatever the
 * browser complains about.
 */
public final class Reader implements AutoCloseable {

  /** Where pictures go; {@code -Dholdfast.screens=docs/screens} makes those of the documents. */
  private static final String SCREENS = System.getProperty("holdfast.screens", "target/screens");

  private static final String AXE = "/axe.min.js";

  private static final int MOST_STOPS = 300;
  private static final int LONGEST_PICTURE = 1_600;
  private static final int COLOURS = 64;

  private final BrowserContext context;
  private final Page page;
  private final URI home;
  private final int width;
  private final List<String> complaints = new ArrayList<>();

  /**
   * How somebody reads.
   *
   * @param width of the window, in CSS pixels
   * @param language as the browser asks for, {@code en} or {@code zh}
   * @param scripts false for a browser without JavaScript
   */
  public record Way(int width, ColorScheme scheme, String language, boolean scripts) {

    /** In English and light. */
    public static Way wide() {
      return new Way(1280, ColorScheme.LIGHT, "en", true);
    }

    /** On a telephone, in English and dark. */
    public static Way narrow() {
      return new Way(390, ColorScheme.DARK, "en", true);
    }

    /** The same without JavaScript. */
    public Way withoutScripts() {
      return new Way(width, scheme, language, false);
    }

    /** The same in Chinese. */
    public Way inChinese() {
      return new Way(width, scheme, "zh-CN", scripts);
    }
  }

  private Reader(Browser browser, URI home, Way way) {
    this.home = home;
    this.width = way.width();
    this.context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(way.width(), 900)
                .setColorScheme(way.scheme())
                .setLocale(way.language())
                .setJavaScriptEnabled(way.scripts()));
    this.page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
  }

  /** Opens a browser of somebody who has not signed in. */
  public static Reader stranger(RealBrowser browser, URI home, Way way) {
    return new Reader(browser.browser(), home, way);
  }

  /** Signs in by keyboard as the test user of a role, see {@link Callers}, and goes to a page. */
  public static Reader of(RealBrowser browser, URI home, Way way, String role, String path) {
    return named(browser, home, way, Callers.name(role), path);
  }

  /** As {@link #of}, as somebody of this name who has the same password. */
  public static Reader named(RealBrowser browser, URI home, Way way, String name, String path) {
    Reader reader = new Reader(browser.browser(), home, way);
    reader.open(path);
    reader.page.locator("#name").fill(name);
    reader.page.locator("#password").fill(Callers.PASSWORD);
    reader.page.keyboard().press("Enter");
    reader.page.locator("main#main").waitFor();
    return reader;
  }

  /** Goes to a page of the service. */
  public Page open(String path) {
    page.navigate(home.resolve(path).toString());
    return page;
  }

  /** The page as it is. */
  public Page page() {
    return page;
  }

  /** Fails if the browser complained, or if the page can be scrolled sideways. */
  public void requireQuiet(String what) {
    assertThat(complaints).as("%s: complaints of the browser", what).isEmpty();
    assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
        .as("%s: must not scroll sideways", what)
        .isLessThanOrEqualTo(width);
  }

  /** Fails if axe-core finds a serious or critical violation of WCAG 2.2 AA. */
  @SuppressWarnings("unchecked")
  public void requireAccessible(String what) {
    page.evaluate(axe());
    var violations =
        (List<Map<String, Object>>)
            page.evaluate(
                "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
                    + " 'wcag21aa', 'wcag22aa']})).violations.filter(v => v.impact === 'serious' ||"
                    + " v.impact === 'critical').map(v => ({id: v.id, where: v.nodes.map(n =>"
                    + " n.target.join(' ') + ': ' + n.failureSummary).join('; ')}))");
    assertThat(violations).as("%s: violations of WCAG", what).isEmpty();
  }

  /**
   * Fails if a part of the page shows figures and leads to nothing that they are made of, or leads
   * this reader to what they may not read. Files are left alone, for it is recorded that they are
   * taken, and so is what nobody wrote down yet.
   */
  @SuppressWarnings("unchecked")
  public void requireTraced(String what) {
    var untraced =
        (List<String>)
            page.evaluate(
                "() => document.querySelector('main > p a[href^=\"/api/\"], main > .stack > p"
                    + " a[href^=\"/api/\"]') ? [] : [...document.querySelectorAll('main"
                    + " .card:not(#preview)')].filter(card =>"
                    + " [...card.querySelectorAll('td.number, .facts dd, .value')].some(one => /\\d/.test(one.textContent)) &&"
                    + " !card.querySelector('a[href]')).map(card => card.innerText.slice(0, 60))");
    assertThat(untraced).as("%s: figures that lead nowhere", what).isEmpty();
    var addresses =
        (List<String>)
            page.evaluate(
                "() => [...new Set([...document.querySelectorAll('main"
                    + " a[href^=\"/api/\"]:not([download], [href*=\"format=\"])')].map(one =>"
                    + " one.getAttribute('href')))]");
    for (String address : addresses) {
      assertThat(context.request().get(home.resolve(address).toString()).status())
          .as("%s: %s", what, address)
          .isEqualTo(200);
    }
  }

  /** Keeps the page as a picture, to be looked at. */
  public void picture(String name) {
    page.evaluate("window.scrollTo(0, 0)");
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(SCREENS, name + ".png")));
  }

  /**
   * Goes to something as people without a mouse do: by the tabulator, from where the focus is.
   *
   * @param selector of what is to have the focus
   */
  public Locator tabTo(String selector) {
    Locator wanted = page.locator(selector).first();
    for (int stop = 0; stop < MOST_STOPS; stop++) {
      if (Boolean.TRUE.equals(wanted.evaluate("one => one === document.activeElement"))) {
        return wanted;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError(selector + " is not reached by the tabulator on " + page.url());
  }

  /** Keeps the page as a picture of the documents: the beginning of it, in few colours. */
  public void screen(String name) {
    page.evaluate("window.scrollTo(0, 0)");
    int height =
        Math.min(
            LONGEST_PICTURE,
            ((Number) page.evaluate("document.documentElement.scrollHeight")).intValue());
    byte[] picture =
        page.screenshot(
            new Page.ScreenshotOptions().setFullPage(true).setClip(0, 0, width, height));
    try {
      Path file = Path.of(SCREENS, name + ".png");
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(
          Palette.reduce(ImageIO.read(new ByteArrayInputStream(picture)), COLOURS),
          "png",
          file.toFile());
    } catch (IOException failure) {
      throw new UncheckedIOException("the picture " + name + " cannot be kept", failure);
    }
  }

  @Override
  public void close() {
    context.close();
  }

  private static String axe() {
    try (InputStream in = Reader.class.getResourceAsStream(AXE)) {
      if (in == null) {
        throw new IllegalStateException(AXE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new IllegalStateException(AXE + " cannot be read", failure);
    }
  }
}
