package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.campaign.ReplayRun;
import dev.holdfast.campaign.ReplayRuns;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.stream.PartitionProgress;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Campaigns tried on a small history, which came by the stream, and what people see of it. */
@QuarkusTest
class ReplayPagesTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  /** So that the days which the form proposes are those of the history. */
  private static final Instant NOW = Instant.parse("2026-04-30T18:00:00Z");

  private static final LocalDate FROM = LocalDate.parse("2026-02-01");
  private static final LocalDate TO = LocalDate.parse("2026-03-01");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject Users users;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject CustomerRecords records;
  @Inject EventLog log;
  @Inject PartitionProgress progress;
  @Inject ReplayRuns runs;
  @Inject DataSource database;

  @TestHTTPResource("/")
  URI home;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private long campaign;

  @BeforeEach
  void fiveCustomersOfWhomThreeLeave() {
    clocks.fix(NOW);
    Callers.create(users);
    TestModel.promote(models);
    EventLog.Batch batch = log.open();
    // Days after the first of January; those of the replay are 31 to 58.
    customer(batch, 1, 0, 33); // leaves, and is called on day 42
    customer(batch, 2, 0, 33, 46, 119); // pauses for thirteen days, and is called
    customer(batch, 3, 0, 119);
    customer(batch, 4, 0, 10); // silent for three weeks on the first day already
    customer(batch, 5, 0, 50, 117, 119); // leaves too late to be called
    batch.finish();
    await().atMost(PATIENCE).until(progress::allCaughtUp);
    campaign =
        campaign(Map.of("enterThreshold", 0.5, "segment", "profile.replayed = '" + run + "'"));
  }

  @AfterEach
  void nothingRuns() throws SQLException {
    String ours = "DELETE FROM campaign_replay WHERE campaign_id = " + campaign;
    change(ours + " AND (model = 'made-up' OR state = 'waiting')");
    await()
        .atMost(PATIENCE)
        .until(() -> runs.of(campaign, 50).stream().noneMatch(ReplayRun::running));
    change(ours);
  }

  @Test
  void aLeadTriesACampaignByKeyboardSeesItRunAndComparesItWithTheScientists() throws SQLException {
    ReplayRun scientists =
        runs.run(campaign, new ReplaySettings(FROM, TO, 0.9, 0), "cli:scientist");
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow().inChinese())) {
        try (Reader reader =
            Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/campaigns/" + campaign)) {
          Page page = reader.page();
          reader.tabTo(".tabs a[href$='/replays']").press("Enter");
          page.waitForURL("**/replays");
          assertThat(page.locator("#replays tbody").innerText()).contains("cli:scientist");
          waitAndStop(reader, way);
          int before = runs.of(campaign, 50).size();
          reader.tabTo("form[method=post][action$='/replays'] button").press("Enter");
          page.locator("#replays tbody tr:nth-child(" + (before + 1) + ")").waitFor();
          page.locator("#replays tbody tr:first-child .tag.good").waitFor();
          reader.requireQuiet("replays");
          reader.requireAccessible("replays");
          reader.picture("replays-" + way.width() + "-" + way.language());

          ReplayRun mine = runs.of(campaign, 50).get(0);
          reader.tabTo("#replays a[href$='/replays/" + mine.id() + "']").press("Enter");
          page.waitForURL("**/replays/" + mine.id());
          assertThat(row(page, 1)).containsExactly("2", "2");
          assertThat(row(page, 2)).containsExactly("1", "1");
          assertThat(row(page, 3)).containsExactly("1", "1");
          reader.requireQuiet("a replay");
          reader.requireAccessible("a replay");
          reader.picture("replay-" + way.width() + "-" + way.language());

          page.locator("#with").selectOption(String.valueOf(scientists.id()));
          reader.tabTo("#beside + form button").press("Enter");
          page.waitForURL("**/replays/" + mine.id() + "?with=*");
          assertThat(row(page, 1)).hasSize(4).startsWith("2", "2");
          assertThat(row(page, 1).get(2))
              .isEqualTo(String.valueOf(result(scientists.id()).getInt("result.rule.alarms")));
          assertThat(page.locator("svg.replay").count()).isEqualTo(2);
          reader.requireQuiet("two replays");
          reader.requireAccessible("two replays");
          reader.picture("replays-beside-" + way.width() + "-" + way.language());
        }
      }
    }
    JsonPath mine = result(runs.of(campaign, 50).get(0).id());
    assertThat(mine.getInt("result.customers")).isEqualTo(5);
    assertThat(mine.getInt("result.leavers")).isEqualTo(3);
    assertThat(mine.getInt("result.standing")).isEqualTo(1);
    assertThat(mine.getList("result.days")).hasSize(28);
    assertThat(mine.getString("startedBy")).isEqualTo(Callers.name(Roles.RETENTION_LEAD));
  }

  /** Asks for one while another is tried, and stops it before its turn comes. */
  private void waitAndStop(Reader reader, Reader.Way way) throws SQLException {
    another();
    reader.tabTo("form[method=post][action$='/replays'] button").press("Enter");
    String stop = "#replays tbody tr:first-child form button";
    reader.page().locator(stop).waitFor();
    reader.requireQuiet("a queue");
    reader.requireAccessible("a queue");
    reader.picture("replays-waiting-" + way.width() + "-" + way.language());
    reader.tabTo(stop).press("Enter");
    reader.page().locator("#replays tbody tr:first-child .tag.warn").waitFor();
    change("DELETE FROM campaign_replay WHERE model = 'made-up'");
  }

  @Test
  void withoutScriptsTooAndWhatIsWrongIsSaidOnThePage() throws SQLException {
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser,
                home,
                Reader.Way.narrow().withoutScripts(),
                Roles.DATA_SCIENTIST,
                "/campaigns/" + campaign + "/replays")) {
      Page page = reader.page();
      page.locator("#threshold").fill("700");
      page.locator("#customers").fill("none");
      page.locator("#threshold").press("Enter");
      assertThat(page.locator(".field .wrong").allInnerTexts())
          .containsExactly("1 to 99", "A whole number");
      page.locator("#threshold").fill("60");
      page.locator("#customers").fill("");
      page.locator("#from").fill("2026-03-02");
      page.locator("#threshold").press("Enter");
      assertThat(page.locator("[role=alert]").innerText())
          .contains("1 to 366 days after", "2026-03-02");

      another();
      page.locator("#from").fill("2026-02-01");
      for (int place = 1; place <= 2; place++) {
        page.locator("#from").press("Enter");
        page.waitForURL("**/replays");
        assertThat(page.locator("#replays tbody tr:first-child").innerText())
            .contains("waiting", "Place " + place + " in the queue");
      }
      page.locator("#replays tbody tr:nth-child(2) form button").press("Enter");
      page.waitForURL("**/replays");
      assertThat(page.locator("#replays tbody tr:nth-child(2)").innerText())
          .contains("stopped", "By " + Callers.name(Roles.DATA_SCIENTIST));
      assertThat(page.locator("#replays tbody tr:first-child").innerText())
          .contains("Place 1 in the queue");
      change(
          "UPDATE campaign_replay SET seen_at = UTC_TIMESTAMP(6) - INTERVAL 120 SECOND WHERE model = 'made-up'");
      page.locator("noscript a").press("Enter");
      assertThat(page.locator("#replays").innerText())
          .contains("broken off", "after 40% of the histories. Start it again");
      page.locator("#replays tbody tr:first-child form button").press("Enter");
      page.waitForURL("**/replays");
      assertThat(page.locator("#replays form").count()).as("nothing is left to stop").isZero();

      page.locator("#threshold").fill("60");
      page.locator("#threshold").press("Enter");
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                page.locator("noscript a").press("Enter");
                return page.locator("#replays tbody tr:first-child .tag.good").count() == 1;
              });
      page.locator("#replays a.name").first().press("Enter");
      assertThat(page.locator("main").innerText()).contains("60%").contains("(tried instead)");
    }
    assertThat(runs.of(campaign, 50).stream().map(ReplayRun::state))
        .containsExactly("done", "stopped", "stopped", "broken-off");
  }

  @Test
  void theApiSaysWhatCannotBeTried() {
    String lead = Callers.authorization(Roles.RETENTION_LEAD);
    String replays = "/api/v1/campaigns/" + campaign + "/replays";
    for (String wanted :
        List.of(
            "{}",
            "{\"from\": \"2026-02-01\", \"to\": \"2026-03-01\", \"threshold\": 1.5}",
            "{\"from\": \"2026-02-01\", \"to\": \"2026-03-01\", \"customers\": 0}",
            "{\"from\": \"2026-02-01\", \"to\": \"2026-01-01\"}",
            "{\"from\": \"2026-02-01\", \"to\": \"2028-01-01\"}")) {
      given()
          .header("Authorization", lead)
          .contentType(ContentType.JSON)
          .body(wanted)
          .post(replays)
          .then()
          .statusCode(400);
    }
    long byDate =
        campaign(Map.of("startsWith", Map.of("dateField", "contract_end", "daysBefore", 30)));
    given()
        .header("Authorization", lead)
        .contentType(ContentType.JSON)
        .body(Map.of("from", FROM.toString(), "to", TO.toString()))
        .post("/api/v1/campaigns/" + byDate + "/replays")
        .then()
        .statusCode(409)
        .body("detail", containsString("A date begins campaign"));
    given().header("Authorization", lead).get(replays).then().statusCode(200).body("size()", is(0));
    given().header("Authorization", lead).get(replays + "/0").then().statusCode(404);
    given().header("Authorization", lead).get("/api/v1/campaigns/0/replays").then().statusCode(404);
  }

  @Test
  void overTheApiOneWaitsAndIsStopped() throws SQLException {
    another();
    String replays = "/api/v1/campaigns/" + campaign + "/replays";
    int waiting =
        given()
            .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
            .contentType(ContentType.JSON)
            .body(Map.of("from", FROM.toString(), "to", TO.toString()))
            .post(replays)
            .then()
            .statusCode(202)
            .body("state", is("waiting"))
            .body("place", is(1))
            .extract()
            .path("id");
    for (int times = 0; times < 2; times++) {
      given()
          .header("Authorization", Callers.authorization(Roles.DATA_SCIENTIST))
          .post(replays + "/" + waiting + ":stop")
          .then()
          .statusCode(200)
          .body("state", is("stopped"))
          .body("stoppedBy", is(Callers.name(Roles.DATA_SCIENTIST)))
          .body("place", is(nullValue()));
    }
    given()
        .header("Authorization", Callers.authorization(Roles.DATA_SCIENTIST))
        .post(replays + "/0:stop")
        .then()
        .statusCode(404);
  }

  /** The numbers in a row of the figures. */
  private static List<String> row(Page page, int number) {
    Locator cells = page.locator(".beside tbody tr:nth-child(" + number + ") td");
    return cells.allInnerTexts();
  }

  private JsonPath result(long id) {
    return given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/api/v1/campaigns/" + campaign + "/replays/" + id)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private long campaign(Map<String, Object> settings) {
    Map<String, Object> body = new HashMap<>(settings);
    body.put("name", "replayed " + UUID.randomUUID());
    body.put("draft", true);
    return given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .contentType(ContentType.JSON)
        .body(body)
        .post("/api/v1/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath()
        .getLong("id");
  }

  /** Uses each day, from a day to another, and again. */
  private void customer(EventLog.Batch batch, int number, int... days) {
    String name = "test:replayed-" + run + "-" + number;
    records.change(
        name,
        new CustomerChange(null, null, Map.of("replayed", run), null, null, null),
        null,
        "test");
    for (int part = 0; part < days.length; part += 2) {
      for (int day = days[part]; day <= days[part + 1]; day++) {
        Instant at = NOON.plus(Duration.ofDays(day));
        batch.add(
            new Event(
                name + "-" + day,
                "replayed",
                name,
                "login",
                EventKind.USAGE,
                at,
                at,
                false,
                1,
                null,
                null,
                null,
                Map.of(),
                true));
      }
    }
  }

  /** One that the service works on, by its row. */
  private void another() throws SQLException {
    change(
        "INSERT INTO campaign_replay (campaign_id, version, from_day, to_day, customers, model,"
            + " started_by, state, running_marker, share, started_at, seen_at) VALUES ("
            + campaign
            + ", 1, '2026-01-01', '2026-02-01', 20000, 'made-up', 'lead', 'running', 1, 0.4,"
            + " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)");
  }

  private void change(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.executeUpdate();
    }
  }
}
