package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The days of those who run the service and of those who answer for its models, by the keys of a
 * keyboard alone, wide and narrow: what has the focus is reached by the tabulator.
 */
@QuarkusTest
class JourneysTest {

  private static final List<Reader.Way> WAYS =
      List.of(Reader.Way.wide(), Reader.Way.narrow().inChinese());

  @Inject Users users;
  @Inject ModelRegistry models;
  @Inject Sources sources;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI home;

  private final String run = UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void peopleAndAModel() {
    Callers.create(users);
    TestModel.promote(models);
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    change("DELETE FROM quarantine WHERE topic = 'made-up'");
    change(
        "UPDATE incident SET state = 'resolved', open_marker = NULL WHERE subject = 'source:journey'");
    TestModel.promote(models);
  }

  @Test
  void aScientistReadsTheGatePromotesWithAReasonAndRollsBack() {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        String version = "journey-" + run + "-" + way.width();
        register(version);
        try (Reader reader = Reader.of(browser, home, way, Roles.DATA_SCIENTIST, "/")) {
          Page page = reader.page();
          page.onDialog(Dialog::accept);
          page.keyboard().press("g");
          page.keyboard().press("d");
          page.waitForURL("**/models");
          reader.tabTo("tbody th a[href='/models/" + version + "']").press("Enter");
          page.waitForURL("**/models/" + version);
          assertThat(page.locator("#gate").locator("xpath=ancestor::section").innerText())
              .contains(way.language().startsWith("zh") ? "300，至少 200" : "300 of at least 200");
          reader.requireAccessible("a model");
          reader.tabTo("#reason");
          page.keyboard().type("better on the customers of the last month");
          page.keyboard().press("Enter");
          page.locator("form[action$='/rollback']").waitFor();
          assertThat(champion()).isEqualTo(version);
          reader.tabTo("#reason");
          page.keyboard().type("it rings too much");
          page.keyboard().press("Enter");
          page.locator("form[action$='/promote']").waitFor();
          assertThat(champion()).isEqualTo(TestModel.VERSION);
          reader.requireQuiet("rolled back");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Roles.DATA_SCIENTIST, Roles.RETENTION_LEAD, Roles.VIEWER})
  void whatACampaignCausedIsRead(String role) {
    long campaign = campaign(role);
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        try (Reader reader = Reader.of(browser, home, way, role, "/")) {
          Page page = reader.page();
          page.keyboard().press("g");
          page.keyboard().press("p");
          page.waitForURL("**/campaigns");
          page.locator("#campaigns:not([hx-get])").waitFor();
          reader.tabTo("th a[href='/campaigns/" + campaign + "']").press("Enter");
          page.waitForURL("**/campaigns/" + campaign);
          assertThat(page.locator("form[action$='/start']").count())
              .as("only a lead begins it")
              .isEqualTo(role.equals(Roles.RETENTION_LEAD) ? 1 : 0);
          reader.tabTo(".tabs a[href$='/results']").press("Enter");
          page.waitForURL("**/results");
          assertThat(page.locator(".verdict-words").isVisible()).isTrue();
          reader.requireQuiet("results");
          reader.requireAccessible("results");
        }
      }
    }
  }

  @Test
  void aLeadWritesACampaignBeginsItAndEndsIt() {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        try (Reader reader = Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/campaigns")) {
          Page page = reader.page();
          page.onDialog(Dialog::accept);
          reader.tabTo("a[href='/campaigns/new']").press("Enter");
          page.waitForURL("**/campaigns/new");
          reader.tabTo("#name");
          page.keyboard().type("by keyboard " + run + way.width());
          reader.tabTo("#enter");
          page.keyboard().type("98");
          page.locator("#preview .tile").first().waitFor();
          reader.tabTo("[name=begin][value=true]").press("Enter");
          page.waitForURL(Pattern.compile(".*/campaigns/[0-9]+.*"));
          String campaign = URI.create(page.url()).getPath();
          assertThat(stateOf(campaign)).isEqualTo("running");
          reader.requireQuiet("begun");
          reader.requireAccessible("begun");
          reader.tabTo("#end-reason");
          page.keyboard().type("the season is over");
          page.keyboard().press("Enter");
          page.locator("main :text('the season is over')").first().waitFor();
          assertThat(stateOf(campaign)).isEqualTo("ended");
        }
      }
    }
  }

  @Test
  void anOperatorReadsAMessageThatWasPutAsideAndSendsItAgain() throws Exception {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        String place = "made-up/0/" + putAside();
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/")) {
          Page page = reader.page();
          page.keyboard().press("g");
          page.keyboard().press("o");
          page.waitForURL("**/operate");
          String row = "tr:has(form[action='/operate/quarantine/" + place + "/replay'])";
          reader.tabTo(row + " summary").press("Enter");
          assertThat(page.locator(row + " pre").innerText()).contains("\"id\":\"" + run);
          reader.tabTo(row + " form button").press("Enter");
          page.waitForLoadState();
          page.locator("td:has-text('" + place + "')").first().waitFor();
          assertThat(page.locator(row).count()).as("sent again").isZero();
          reader.requireQuiet("sent again");
          reader.requireAccessible("sent again");
        }
      }
    }
  }

  @Test
  void anOperatorMakesAKeyEndsItAndLetsAUserInNoMore() {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        String name = "leaver-" + run + "-" + way.width();
        users.create(name, Callers.PASSWORD, List.of(Roles.VIEWER), "test");
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/operate");
            Reader leaver = Reader.named(browser, home, way, name, "/")) {
          Page page = reader.page();
          page.onDialog(Dialog::accept);
          reader.tabTo(".tabs a[href='/operate/people']").press("Enter");
          page.waitForURL("**/operate/people");
          reader.tabTo("tr:has-text('" + name + "') button").press("Enter");
          page.locator("tr:has-text('" + name + "') .tag.bad").waitFor();
          leaver.open("/");
          assertThat(URI.create(leaver.page().url()).getPath()).isEqualTo("/sign-in");

          reader.tabTo("#key-name");
          page.keyboard().type("dialer " + run + way.width());
          reader.tabTo("[name=role][value=service]").press("Space");
          reader.tabTo("form[action='/operate/keys'] button").press("Enter");
          String key = page.locator("[role=status] code").innerText();
          given()
              .header("Authorization", "Bearer " + key)
              .get("/api/v1/caller")
              .then()
              .statusCode(200);
          reader.requireAccessible("a key is shown");
          reader.tabTo("tr:has-text('dialer " + run + way.width() + "') button").press("Enter");
          page.locator("tr:has-text('dialer " + run + way.width() + "') .tag.bad").waitFor();
          reader.requireQuiet("ended");
          reader.tabTo(".tabs a[href='/operate/audit']").press("Enter");
          page.waitForURL("**/operate/audit");
          assertThat(page.locator(".tag[title=user-disabled], .tag[title=key-revoked]").count())
              .isGreaterThanOrEqualTo(2);
        }
      }
    }
  }

  @Test
  void whoeverIsAskedAndSaysNoHasChangedNothing() {
    String name = "stays-" + run;
    users.create(name, Callers.PASSWORD, List.of(Roles.VIEWER), "test");
    List<String> asked = new ArrayList<>();
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(browser, home, Reader.Way.wide(), Roles.OPERATOR, "/operate/people")) {
      Page page = reader.page();
      page.onDialog(
          dialog -> {
            asked.add(dialog.message());
            dialog.dismiss();
          });
      String row = "tr:has-text('" + name + "')";
      reader.tabTo(row + " button").press("Enter");
      assertThat(asked).singleElement().asString().startsWith("Disable this user?");
      assertThat(page.locator(row + " .tag.bad").count()).isZero();
      reader.open("/operate/people");
      assertThat(page.locator(row + " .tag.bad").count()).isZero();
    }
    given()
        .header("Authorization", Callers.basic(name, Callers.PASSWORD))
        .get("/api/v1/caller")
        .then()
        .statusCode(200);
  }

  @Test
  void anOperatorFindsTheFormOfErasureLeavesItAndErasesAParty() {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        String name = "crm:e" + run + way.width();
        customer(name, Map.of("profile", Map.of("name", "王小明")));
        customer("shop:e" + run + way.width(), Map.of("party", name));
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/operate")) {
          Page page = reader.page();
          toTheForm(reader, name);
          reader.requireQuiet("asked");
          reader.requireAccessible("asked");
          reader.tabTo("a.button[href='/operate']").press("Enter");
          page.waitForURL("**/operate");

          toTheForm(reader, name);
          erase(reader, name, "the wish of " + name);
          page.locator("[role=alert]").waitFor();
          assertThat(page.locator("[role=alert]").innerText())
              .startsWith(way.language().startsWith("zh") ? "原因会被保留" : "reason must not hold");
          reader.requireAccessible("refused");
          reader.tabTo("#reason");
          page.keyboard().press("Control+A");
          page.keyboard().press("Delete");
          erase(reader, name, "a letter of November");
          page.waitForURL(Pattern.compile(".*/erasures/[0-9]+"));
          assertThat(page.locator("dd").allInnerTexts()).contains("2", "a letter of November");
          // The refusal before is the one thing that the browser complained about.
          assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
              .isLessThanOrEqualTo(way.width());
          reader.requireAccessible("erased");
        }
        given()
            .header("Authorization", Callers.authorization(Roles.VIEWER))
            .get("/api/v1/customers/" + name)
            .then()
            .statusCode(404);
      }
    }
  }

  private static void toTheForm(Reader reader, String name) {
    reader.tabTo("#customer");
    reader.page().keyboard().type(name);
    reader.page().keyboard().press("Enter");
    reader.page().waitForURL("**/erasure");
  }

  private static void erase(Reader reader, String name, String reason) {
    reader.tabTo("[name=scope][value=party]").press("Space");
    reader.tabTo("#reason");
    reader.page().keyboard().type(reason);
    reader.tabTo("#confirmed");
    reader.page().keyboard().type(name);
    reader.page().keyboard().press("Enter");
  }

  private static void customer(String name, Map<String, Object> body) {
    given()
        .header("Authorization", Callers.authorization(Roles.SERVICE))
        .contentType(ContentType.JSON)
        .body(body)
        .put("/api/v1/customers/{name}", name)
        .then()
        .statusCode(201);
  }

  @Test
  void aViewerGoesFromAnIncidentToTheModelByKeyboard() throws Exception {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        long id = incident();
        try (Reader reader = Reader.of(browser, home, way, Roles.VIEWER, "/")) {
          Page page = reader.page();
          page.keyboard().press("g");
          page.keyboard().press("w");
          page.waitForURL("**/warnings");
          reader.tabTo("a[href='/warnings/" + id + "']").press("Enter");
          page.waitForURL("**/warnings/" + id);
          assertThat(page.locator("main form[method=post]").count()).isZero();
          reader.requireQuiet("an incident");
          reader.requireAccessible("an incident");
          page.keyboard().press("g");
          page.keyboard().press("d");
          page.waitForURL("**/models");
          reader.tabTo("tbody th a[href='/models/" + TestModel.VERSION + "']").press("Enter");
          page.waitForURL("**/models/" + TestModel.VERSION);
          assertThat(page.locator("main form[method=post]").count()).isZero();
          reader.requireQuiet("a model");
          reader.requireAccessible("a model");
        }
        change(
            "UPDATE incident SET state = 'resolved', open_marker = NULL WHERE subject ="
                + " 'source:journey'");
      }
    }
  }

  @Test
  void nobodyLocksThemselvesOutAndWhoIsLetInAgainMaySignIn() {
    String operator = Callers.authorization(Roles.OPERATOR);
    String name = "back-" + run;
    users.create(name, Callers.PASSWORD, List.of(Roles.VIEWER), "test");
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser,
                home,
                Reader.Way.narrow().withoutScripts(),
                Roles.OPERATOR,
                "/operate/people")) {
      Page page = reader.page();
      assertThat(page.locator("tr:has-text('" + Callers.name(Roles.OPERATOR) + "') button").count())
          .isZero();
      page.locator("tr:has-text('" + name + "') button").press("Enter");
      given()
          .header("Authorization", Callers.basic(name, Callers.PASSWORD))
          .get("/api/v1/caller")
          .then()
          .statusCode(401);
      page.locator("tr:has-text('" + name + "') button").press("Enter");
      given()
          .header("Authorization", Callers.basic(name, Callers.PASSWORD))
          .get("/api/v1/caller")
          .then()
          .statusCode(200);
    }
    given().header("Authorization", operator).get("/api/v1/caller").then().statusCode(200);
  }

  @Test
  void anOperatorTakesAnIncidentToItsEndByKeyboard() throws Exception {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : WAYS) {
        long id = incident();
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/")) {
          Page page = reader.page();
          page.keyboard().press("g");
          page.keyboard().press("w");
          page.waitForURL("**/warnings");
          reader.tabTo("a[href='/warnings/" + id + "']").press("Enter");
          page.waitForURL("**/warnings/" + id);
          page.keyboard().press("a");
          page.locator(".tag.warn").first().waitFor();
          assertThat(state(id)).isEqualTo("acknowledged");
          page.keyboard().press("t");
          page.keyboard().type("the file server was full");
          page.keyboard().press("Tab");
          page.keyboard().press("Enter");
          page.locator(".plain-list :text('the file server was full')").waitFor();
          reader.tabTo("#cause");
          page.keyboard().type("a full disk");
          page.keyboard().press("Enter");
          page.locator(".tag.good").first().waitFor();
          assertThat(state(id)).isEqualTo("resolved");
          reader.requireQuiet("over");
          reader.requireAccessible("over");
        }
      }
    }
  }

  @Test
  void aViewerReadsAndIsOfferedNothingToChange() {
    try (RealBrowser browser = RealBrowser.start();
        Reader reader = Reader.of(browser, home, Reader.Way.narrow(), Roles.VIEWER, "/")) {
      for (String path : List.of("/", "/call-lists", "/customers", "/warnings", "/models")) {
        reader.open(path);
        assertThat(reader.page().locator("main form[method=post]").count()).as(path).isZero();
        reader.requireQuiet(path);
        reader.requireAccessible(path);
      }
    }
  }

  private String champion() {
    return models.champion().orElseThrow().model().version();
  }

  private void register(String version) {
    Map<String, byte[]> files = new HashMap<>(TestModel.files(models.trust()));
    files.remove("manifest.json");
    files.put("report.html", "<!DOCTYPE html><title>r</title>".getBytes(StandardCharsets.UTF_8));
    models.register(
        ModelFolder.sign(version, files, models.trust()),
        version,
        """
        {"passed": true, "leakage": true, "rules": [
          {"name": "enough test rows", "holds": true, "figures": "300 of at least 200"}]}
        """,
        "test");
  }

  private static String stateOf(String campaign) {
    return given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .get("/api/v1" + campaign)
        .then()
        .statusCode(200)
        .extract()
        .path("state");
  }

  private long campaign(String of) {
    return given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .contentType(ContentType.JSON)
        .body(Map.of("name", "journey " + run + of, "enterThreshold", 0.97, "draft", true))
        .post("/api/v1/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath()
        .getLong("id");
  }

  private static String state(long id) {
    return given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/api/v1/warnings/" + id)
        .jsonPath()
        .getString("incident.state");
  }

  /** A message of a source that has no kind for it: sent again it is put aside again. */
  private long putAside() throws SQLException {
    long offset = Math.abs(UUID.randomUUID().getMostSignificantBits() >> 16);
    sources.declare("journey", Cadence.DAILY, Duration.ofDays(2));
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO quarantine (topic, partition_no, record_offset, source_id, reason,"
                    + " detail, payload, quarantined_at) VALUES ('made-up', 0, ?, ?,"
                    + " 'unknown-kind', 'no kind', ?, ?)")) {
      insert.setLong(1, offset);
      insert.setInt(2, sources.idOf("journey"));
      insert.setBytes(
          3,
          ("{\"source\":\"journey\",\"id\":\"" + run + "\",\"name\":\"sim_swap\"}")
              .getBytes(StandardCharsets.UTF_8));
      SqlTime.set(insert, 4, Instant.parse("2031-01-01T00:00:00Z"));
      insert.executeUpdate();
    }
    return offset;
  }

  private long incident() throws SQLException {
    Instant since = Instant.parse("2026-03-02T00:00:00Z");
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO incident (kind, subject, conditions, words, customers, since,"
                    + " opened_at, held, state, open_marker) VALUES ('feed', 'source:journey',"
                    + " 'silent', 'journey has reported nothing', 12, ?, ?, FALSE, 'open', 1)"
                    + " RETURNING id")) {
      SqlTime.set(insert, 1, since);
      SqlTime.set(insert, 2, since.plusSeconds(7_200));
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void change(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.executeUpdate();
    }
  }
}
