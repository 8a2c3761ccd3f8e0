package dev.holdfast.testsupport;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The browser of this machine, for tests that look at pages as people see them. */
public final class RealBrowser implements AutoCloseable {

  private static final List<Path> BROWSERS =
      List.of(
          Path.of("/usr/bin/chromium"),
          Path.of("/usr/bin/google-chrome"),
          Path.of("/usr/bin/chromium-browser"));

  private final Playwright playwright;
  private final Browser browser;

  private RealBrowser(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it; the test is skipped, with the reason, where there is none. */
  public static RealBrowser start() {
    Path chromium = BROWSERS.stream().filter(Files::isExecutable).findFirst().orElse(null);
    Assumptions.assumeTrue(
        RealBrowser.class.getResource(
                "/META-INF/maven/com.microsoft.playwright/driver-bundle/pom.xml")
            != null,
        "the browser's driver comes with the strict profile: run ./holdfast verify");
    Assumptions.assumeTrue(
        chromium != null, "no browser here: install chromium to run the tests of the pages");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")));
    return new RealBrowser(playwright, browser);
  }

  /** Opens pages. */
  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
