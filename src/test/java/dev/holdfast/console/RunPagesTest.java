package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of models and of running the service. */
@QuarkusTest
class RunPagesTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>{page.entries}</pre>";

  @Inject Users users;
  @Inject ModelRegistry models;
  @Inject Sources sources;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI home;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
    TestModel.promote(models);
  }

  /** Made up: those who read the log must not meet it. */
  @AfterEach
  void nothingIsLeftAside() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM quarantine WHERE topic = 'made-up'");
        PreparedStatement runs =
            connection.prepareStatement("DELETE FROM import_run WHERE map = 'made-up'")) {
      delete.executeUpdate();
      runs.executeUpdate();
    }
  }

  @Test
  void everyPageIsReadableQuietAndInert() throws Exception {
    String offset = putAside(HOSTILE.getBytes(StandardCharsets.UTF_8));
    putAside(new byte[] {(byte) 0xff, (byte) 0xfe});
    importRun(HOSTILE, "done", 0);
    importRun("failed.csv", "failed", 0);
    importRun("killed.csv", "running", 200);
    importRun("orders.csv.gz", "running", 0);
    String version = models.champion().orElseThrow().model().version();
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way :
          List.of(
              Reader.Way.wide(),
              Reader.Way.narrow(),
              new Reader.Way(1280, ColorScheme.DARK, "zh-CN", true))) {
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/models")) {
          look(reader, "models", way);
          reader.open("/models/" + version);
          look(reader, "model", way);
          reader.open("/operate");
          assertThat(reader.page().content()).contains("/quarantine/made-up/0/" + offset + "/");
          assertThat(reader.page().locator("details p.soft").count())
              .as("what is no text is not shown as if it were")
              .isOne();
          look(reader, "operate", way);
          for (String page : List.of("imports", "people", "audit", "settings")) {
            reader.open("/operate/" + page);
            look(reader, "operate-" + page, way);
          }
        }
      }
    }
  }

  @Test
  void aRunningImportIsWatchedAndAKilledOneSaysWhatToDo() throws Exception {
    long killed = importRun("killed.csv", "running", 200);
    long running = importRun("orders.csv.gz", "running", 0);
    String operator = Callers.authorization(Roles.OPERATOR);
    given()
        .header("Authorization", operator)
        .get("/api/v1/imports/" + killed)
        .then()
        .statusCode(200)
        .body("state", is("broken-off"))
        .body("endedAt", is(nullValue()))
        .body("rejectedBy.'Quantity must be > 0'", is(7));
    given()
        .header("Authorization", operator)
        .get("/api/v1/imports?limit=1")
        .then()
        .body("id", is(List.of((int) running)))
        .body("[0].share", is(0.25f));
    given().header("Authorization", operator).get("/api/v1/imports/0").then().statusCode(404);
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow().withoutScripts())) {
        try (Reader reader = Reader.of(browser, home, way, Roles.OPERATOR, "/operate")) {
          Page page = reader.page();
          progress(running, 0.25);
          page.locator(".tabs a[href='/operate/imports']").press("Enter");
          page.waitForURL("**/operate/imports");
          Locator row = page.locator("#runs tbody tr");
          assertThat(row.nth(0).innerText()).contains("orders.csv.gz", "25% of 4.0 MB read");
          assertThat(row.nth(0).locator("a[href='/operate#aside']").innerText())
              .isEqualTo("3 messages put aside");
          assertThat(row.nth(1).innerText()).contains("broken off", "Run the same command again");
          if (!way.scripts()) {
            progress(running, 0.75);
            page.locator("noscript a").press("Enter");
            assertThat(row.nth(0).innerText()).contains("75% of 4.0 MB read");
          } else {
            progress(running, 0.5);
            page.locator("#runs :text('50% of 4.0 MB read')").waitFor();
            reader.requireQuiet("watched");
          }
        }
      }
    }
  }

  @Test
  void anOperatorMakesAKeyAndEndsItWithoutScripts() throws Exception {
    String name = "crm <b>" + UUID.randomUUID();
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser,
                home,
                Reader.Way.narrow().withoutScripts(),
                Roles.OPERATOR,
                "/operate/people")) {
      Page page = reader.page();
      page.locator("#key-name").fill(name);
      page.locator("#key-name").press("Enter");
      assertThat(page.locator("[role=alert]").count()).as("a key without a role").isEqualTo(1);
      page.locator("#key-name").fill(name);
      page.locator("[name=role][value=service]").check();
      page.locator("#key-name").press("Enter");
      String key = page.locator("[role=status] code").innerText();
      given().header("Authorization", "Bearer " + key).get("/api/v1/caller").then().statusCode(200);

      page.locator("tr", new Page.LocatorOptions().setHasText(name)).locator("button").click();
      assertThat(page.content()).doesNotContain(key);
      assertThat(
              page.locator("tr", new Page.LocatorOptions().setHasText(name))
                  .locator("button")
                  .count())
          .isZero();
      page.locator(".tabs a[href='/operate/audit']").press("Enter");
      assertThat(page.locator("main").innerText()).contains("key ended").contains(name);
    }
  }

  @Test
  void aScientistSaysWhyAndIsToldWhatTheGateForbids() throws Exception {
    String version = models.champion().orElseThrow().model().version();
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser,
                home,
                Reader.Way.wide().withoutScripts(),
                Roles.DATA_SCIENTIST,
                "/models")) {
      Page page = reader.page();
      page.locator("th a[href='/models/" + version + "']").first().press("Enter");
      page.locator("#reason").fill(" ");
      page.locator("#reason").press("Enter");
      assertThat(page.locator("[role=alert]").innerText()).contains("Reason");
      assertThat(models.champion().orElseThrow().model().version()).isEqualTo(version);
    }
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept("text/html")
        .get("/models/" + version)
        .then()
        .statusCode(200)
        .body(not(containsString("/promote")))
        .body(not(containsString("/rollback")));
  }

  @Test
  void theReportOfAModelMayRunNothingAndItsGateIsKept() throws Exception {
    String version = "pages-" + UUID.randomUUID();
    register(version);
    var headers =
        given()
            .header("Authorization", Callers.authorization(Roles.VIEWER))
            .get("/models/" + version + "/report")
            .then()
            .statusCode(200)
            .body(containsString("the report"))
            .extract()
            .headers();
    assertThat(headers.getValues("Content-Security-Policy")).hasSize(1);
    assertThat(headers.getValue("Content-Security-Policy"))
        .contains("default-src 'none'")
        .contains("sandbox")
        .doesNotContain("script-src");
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/models/no-such-model/report")
        .then()
        .statusCode(404);
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser, home, Reader.Way.wide(), Roles.DATA_SCIENTIST, "/models/" + version)) {
      Page page = reader.page();
      assertThat(page.locator("#gate").locator("xpath=ancestor::section").innerText())
          .contains("beats the idle rule")
          .contains("0.41 against 0.40");
      page.locator("#reason").fill("I know better");
      page.locator("#reason").press("Enter");
      page.locator("[role=alert]").waitFor();
      assertThat(models.champion().orElseThrow().model().version()).isNotEqualTo(version);
      page.locator("form[action$='/challenge'] button").click();
      page.locator("form[action$='/retire'] button").click();
      page.locator("form[action$='/challenge'] button").waitFor();
      reader.picture("model-refused");
    }
  }

  /** A model whose gate is closed, with a report. */
  private void register(String version) {
    Map<String, byte[]> files = new HashMap<>(TestModel.files(models.trust()));
    files.remove("manifest.json");
    files.put(
        "report.html",
        "<!DOCTYPE html><title>r</title><p>the report".getBytes(StandardCharsets.UTF_8));
    models.register(
        ModelFolder.sign(version, files, models.trust()),
        version,
        """
        {"passed": false, "leakage": true, "rules": [
          {"name": "enough test rows", "holds": true, "figures": "300 of at least 200"},
          {"name": "beats the idle rule", "holds": false, "figures": "0.41 against 0.40"}]}
        """,
        "test");
  }

  private static void look(Reader reader, String name, Reader.Way way) {
    String what = name + " " + way;
    assertThat(reader.page().locator("main script, main img").count()).as(what).isZero();
    reader.requireQuiet(what);
    reader.requireAccessible(what);
    reader.requireTraced(what);
    reader.picture(name + "-" + way.width() + "-" + way.language());
  }

  /** An import of which a quarter was read, last heard of so long ago. */
  private long importRun(String file, String state, int secondsAgo) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO import_run (kind, file, map, source, started_by, state, stage,"
                    + " row_count, applied, duplicate, quarantined, rejected, rejected_by,"
                    + " bytes_read, bytes_total, problem, started_at, seen_at, ended_at) VALUES"
                    + " ('events', ?, 'made-up', 'shop', 'cli:test', ?, 'reading', 1000, 900, 90,"
                    + " 3, 7, '{\"Quantity must be > 0\":7}', 1000000, 4000000, ?,"
                    + " UTC_TIMESTAMP(6) - INTERVAL 300 SECOND, UTC_TIMESTAMP(6) - INTERVAL ?"
                    + " SECOND, IF(? = 'running', NULL, UTC_TIMESTAMP(6))) RETURNING id")) {
      insert.setString(1, file);
      insert.setString(2, state);
      insert.setString(3, state.equals("failed") ? HOSTILE : null);
      insert.setInt(4, secondsAgo);
      insert.setString(5, state);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void progress(long run, double share) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE import_run SET bytes_read = ? * bytes_total, seen_at = UTC_TIMESTAMP(6)"
                    + " WHERE id = ?")) {
      update.setDouble(1, share);
      update.setLong(2, run);
      update.executeUpdate();
    }
  }

  /** A message that cannot be read, on a topic that is none. */
  private String putAside(byte[] payload) throws SQLException {
    String offset = String.valueOf(Math.abs(UUID.randomUUID().getMostSignificantBits() >> 16));
    sources.declare("pages", Cadence.STREAM, Duration.ofDays(2));
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO quarantine (topic, partition_no, record_offset, source_id, reason,"
                    + " detail, payload, quarantined_at) SELECT 'made-up', 0, ?, MIN(id),"
                    + " 'unreadable', ?, ?, ? FROM source")) {
      insert.setString(1, offset);
      insert.setString(2, HOSTILE);
      insert.setBytes(3, payload);
      insert.setObject(
          4, Instant.parse("2030-01-01T00:00:00Z").atOffset(ZoneOffset.UTC).toLocalDateTime());
      insert.executeUpdate();
    }
    return offset;
  }
}
