package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.Page;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of warnings as people get them. */
@QuarkusTest
class WarningPagesTest {

  @Inject Users users;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI home;

  private final String subject = "segment:region=" + UUID.randomUUID() + "/<script>alert(1)";

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  /** Made up without customers: the bell must not meet them. */
  @AfterEach
  void noIncidentIsLeftOpen() throws SQLException {
    MadeUp.noIncidentIsOpen(database);
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
        .body(containsString("3,800 of 5,600 expected, 32% fewer; 1,650 to 1,950 missing"))
        .body(containsString("From 4 Feb to 3 Mar; last 1,900 came where 2,800 were expected"))
        .body(containsString("class=\"limit\""))
        .body(containsString("last event login_failed"))
        .body(not(containsString("/warnings/" + id + "/resolve")));
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept(ContentType.HTML)
        .get("/warnings/999999")
        .then()
        .statusCode(404);
  }

  @Test
  void anOperatorTakesAnIncidentToItsEndWithoutScripts() throws Exception {
    long id = incident();
    try (RealBrowser real = RealBrowser.start();
        Reader reader =
            Reader.of(
                real, home, Reader.Way.narrow().withoutScripts(), Roles.OPERATOR, "/warnings")) {
      Page page = reader.page();
      page.locator("a[href='/warnings/" + id + "']").press("Enter");
      page.locator("form[action$='/acknowledge'] [value=true]").check();
      page.locator("form[action$='/acknowledge'] button").press("Enter");
      assertThat(state(id)).isEqualTo("acknowledged");
      page.locator("#owner").fill("");
      page.locator("form[action$='/assign']").evaluate("form => form.noValidate = true");
      page.locator("#owner").press("Enter");
      assertThat(page.locator("[role=alert]").innerText()).contains("Owner");
      page.locator("#owner").fill("<b>night shift</b>");
      page.locator("#owner").press("Enter");
      page.locator("#text").fill("the gate was <closed>");
      page.locator("form[action$='/comment'] button").press("Enter");
      assertThat(page.locator("main").innerText())
          .contains("<b>night shift</b>")
          .contains("the gate was <closed>");
      page.locator("a[href$='/customers']").press("Enter");
      page.goBack();
      page.locator("#cause").fill("a closed gate");
      page.locator("#cause").press("Enter");
      assertThat(state(id)).isEqualTo("resolved");
      assertThat(page.locator("#cause").count()).isZero();
    }
  }

  @Test
  void theCampaignOfAnIncidentOffersNoPreview() throws Exception {
    String lead = Callers.authorization(Roles.RETENTION_LEAD);
    long id =
        given()
            .header("Authorization", lead)
            .contentType(ContentType.JSON)
            .body(Map.of("name", "asked back", "enterThreshold", 0.98, "draft", true))
            .post("/api/v1/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath()
            .getLong("id");
    String page = "/campaigns/" + id;
    for (String path : List.of(page, page + "/change")) {
      given()
          .header("Authorization", lead)
          .accept(ContentType.HTML)
          .get(path)
          .then()
          .body(containsString("/preview\""));
    }

    long incident = incident();
    try (Connection connection = database.getConnection()) {
      MadeUp.insert(connection, "UPDATE campaign SET incident_id = ? WHERE id = ?", incident, id);
    }

    for (String path : List.of(page, page + "/change")) {
      given()
          .header("Authorization", lead)
          .accept(ContentType.HTML)
          .get(path)
          .then()
          .statusCode(200)
          .body(not(containsString("/preview\"")));
    }
  }

  private static String state(long id) {
    return given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/api/v1/warnings/" + id)
        .jsonPath()
        .getString("incident.state");
  }

  @Test
  void thePagesAreQuietAndInertAtEveryWidth() throws Exception {
    long id = incident();
    try (RealBrowser real = RealBrowser.start()) {
      for (String page : List.of("/warnings", "/warnings/" + id)) {
        look(real, page, Reader.Way.wide());
        look(real, page, Reader.Way.narrow());
        look(real, page, Reader.Way.wide().inChinese());
      }
    }
  }

  private void look(RealBrowser browser, String address, Reader.Way way) {
    String what = address + " at " + way.width() + " px";
    try (Reader reader = Reader.of(browser, home, way, Roles.RETENTION_LEAD, address)) {
      Page page = reader.page();
      assertThat(page.locator("h1").isVisible()).as(what).isTrue();
      assertThat(page.content()).as(what).contains("&lt;script&gt;alert(1)");
      assertThat(page.locator("script:not([src])").count()).as(what).isZero();
      reader.requireQuiet(what);
      reader.requireAccessible(what);
      reader.picture(
          (address.length() > 10 ? "incident-" : "warnings-") + way.width() + "-" + way.language());
    }
  }

  private long incident() throws SQLException {
    return MadeUp.incident(
        database, subject.substring("segment:".length()), "a third of them did not come");
  }
}
