package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.RealBrowser;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of warnings as people get them. */
@QuarkusTest
class WarningPagesTest {

  private static final Path SCREENS = Path.of("target", "screens");
  private static final Instant SINCE = Instant.parse("2026-03-02T00:00:00Z");

  @Inject Users users;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI home;

  private final String subject = "segment:region=" + UUID.randomUUID() + "/<script>alert(1)";

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @Test
  void peopleReadTheListAndEachIncident() throws Exception {
    long id = incident();
    for (String role : List.of(Roles.VIEWER, Roles.AGENT, Roles.OPERATOR)) {
      given()
          .header("Authorization", Callers.authorization(role))
          .accept(ContentType.HTML)
          .get("/warnings")
          .then()
          .statusCode(200)
          .contentType(ContentType.HTML)
          .body(containsString("href=\"/warnings/" + id + "\""));
    }
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept(ContentType.HTML)
        .get("/warnings/" + id)
        .then()
        .statusCode(200)
        .body(containsString("a third of them did not come"))
        .body(containsString("holdfast warnings acknowledge --ours " + id))
        .body(containsString("holdfast warnings campaign " + id));
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept(ContentType.HTML)
        .get("/warnings/999999")
        .then()
        .statusCode(404);
  }

  @Test
  void thePagesAreQuietAndInertAtEveryWidth() throws Exception {
    long id = incident();
    try (RealBrowser real = RealBrowser.start()) {
      for (String page : List.of("warnings", "warnings/" + id)) {
        for (int width : List.of(1280, 390)) {
          look(real.browser(), page, width);
        }
      }
    }
  }

  private void look(Browser browser, String address, int width) {
    String what = address + " at " + width + " px";
    List<String> complaints = new ArrayList<>();
    try (BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setColorScheme(width > 1_000 ? ColorScheme.LIGHT : ColorScheme.DARK)
                .setHttpCredentials(Callers.name(Roles.VIEWER), Callers.PASSWORD))) {
      Page page = context.newPage();
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
              complaints.add(message.text());
            }
          });
      page.onPageError(complaints::add);
      page.onDialog(
          dialog -> {
            complaints.add("a dialog: " + dialog.message());
            dialog.dismiss();
          });

      page.navigate(home + address);

      assertThat(page.locator("h1").isVisible()).as(what).isTrue();
      assertThat(page.content()).as(what).contains("&lt;script&gt;alert(1)");
      assertThat(page.locator("script").count()).as(what).isZero();
      assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
          .as("%s: the page must not scroll sideways", what)
          .isLessThanOrEqualTo(width);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(
                  SCREENS.resolve(
                      (address.contains("/") ? "incident" : "warnings") + "-" + width + ".png")));
    }
    assertThat(complaints).as(what).isEmpty();
  }

  private long incident() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO incident (kind, subject, conditions, words, customers, since,"
                    + " opened_at, held, state, open_marker) VALUES ('cohort', ?, '', 'a third of"
                    + " them did not come', 1204, ?, ?, FALSE, 'open', 1)",
                Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, subject);
      SqlTime.set(insert, 2, SINCE);
      SqlTime.set(insert, 3, SINCE.plusSeconds(90_000));
      insert.executeUpdate();
      try (ResultSet key = insert.getGeneratedKeys()) {
        key.next();
        return key.getLong(1);
      }
    }
  }
}
