package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.campaign.OfferText;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.stream.PartitionProgress;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Call lists, the list of an agent and the page of a customer in a real browser: by keyboard,
 * without scripts, readable, quiet and inert, narrow and wide, light and dark.
 */
@QuarkusTest
class AgentPagesTest {

  private static final Pattern LINK = Pattern.compile("<a [^>]*href=\"(/[^\"]*)\"");
  private static final Instant NOW = Instant.parse("2026-03-22T02:00:00Z");
  private static final String SOURCE = "shop-app";

  private static final List<String> NAMES =
      List.of(
          "王小明",
          "欧阳晓雨",
          "李娜",
          "Zoë Müller-Lüdenscheidt",
          "陈伟",
          "张丽华",
          "O'Brien",
          "阿卜杜拉·买买提",
          "刘洋",
          "{}",
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(2)>{page.lists}");

  private static final String CUSTOMER = "crm:30447";

  private static final String OFFER = "<script>alert(3)</script>{claim.offer} Three months free";

  @Inject Users users;
  @Inject EventLog log;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;
  @Inject DataSource database;
  @Inject ObjectMapper json;

  @TestHTTPResource("/")
  URI home;

  /** Made once for all tests of the class. */
  private static long campaign;

  /** Made up by some of the tests. */
  private long incident;

  @BeforeEach
  void somebodyIsQuiet() {
    if (campaign == 0) {
      campaign = aListOfEverybody();
    }
    clocks.fix(NOW);
  }

  @Test
  void theListIsReadableQuietAndInertAtEveryWidthInLightAndDark() {
    try (RealBrowser real = RealBrowser.start()) {
      for (int width : List.of(1280, 390)) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          look(real, campaign, new Reader.Way(width, scheme, "en", true));
        }
      }
    }
  }

  @Test
  void anAgentWorksTheListByKeyboardAlone() {
    try (RealBrowser real = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow().inChinese())) {
        try (Reader reader = Reader.of(real, home, way, Roles.AGENT, "/my-list")) {
          Page page = reader.page();
          page.keyboard().press("n");
          page.locator("#who").waitFor();
          assertThat(page.locator(".dial").count()).as("no number before the call").isZero();
          assertThat(page.locator("article ul li").count()).isPositive();
          assertThat(page.locator("#offer").innerText()).isEqualTo(OFFER);
          reader.requireQuiet("in hand");
          reader.requireAccessible("in hand");
          reader.requireTraced("in hand");
          reader.picture("my-list-in-hand-" + way.width());
          page.keyboard().press("c");
          page.locator(".dial").waitFor();
          page.keyboard().press("3");
          assertThat(page.locator("input[value=call-back]").isChecked()).isTrue();
          page.keyboard().press("1");
          page.keyboard().press("t");
          page.keyboard().type("<script>alert(1)</script>{page.call}");
          page.keyboard().press("Tab");
          reader.requireAccessible("calling");
          reader.picture("my-list-calling-" + way.width());
          page.keyboard().press("Enter");
          page.waitForURL("**/my-list?said=done");
          assertThat(page.locator(".notice.good").isVisible()).isTrue();
          page.keyboard().press("n");
          page.locator("#who").waitFor();
          page.keyboard().press("r");
          page.waitForURL("**/my-list?said=released");
          reader.requireQuiet("released");
          reader.picture("my-list-empty-" + way.width());
        }
      }
    }
  }

  @Test
  void anAgentGoesFromTheCallListToItsOwnAndPutsACallAside() {
    try (RealBrowser real = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow().inChinese())) {
        try (Reader reader =
            Reader.of(real, home, way, Roles.AGENT, "/call-lists?campaign=" + campaign)) {
          Page page = reader.page();
          reader.tabTo("tbody .name").press("Enter");
          page.waitForURL("**/customers/*");
          page.keyboard().press("g");
          page.keyboard().press("m");
          page.waitForURL("**/my-list");
          page.keyboard().press("n");
          page.locator("#who").waitFor();
          page.keyboard().press("z");
          page.keyboard().press("Tab");
          page.keyboard().press("Enter");
          page.waitForURL("**/my-list?said=snoozed");
          assertThat(page.locator(".notice.good").isVisible()).isTrue();
          reader.requireQuiet("put aside");
          reader.requireAccessible("put aside");
        }
      }
    }
  }

  @Test
  void theRiskInHandIsThatOfNow() throws SQLException {
    String agent = Callers.authorization(Roles.AGENT);
    var claim =
        given()
            .header("Authorization", agent)
            .post("/api/v1/desk/tasks:claim")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
    try (Connection connection = database.getConnection();
        Statement ranking = connection.createStatement()) {
      ranking.executeUpdate(
          "UPDATE call_task SET risk = 0.011 WHERE id = " + claim.getLong("taskId"));
    }
    var now =
        given()
            .header("Authorization", agent)
            .get("/api/v1/customers/" + claim.getString("customer") + "/risk")
            .jsonPath();

    var mine = given().header("Authorization", agent).get("/api/v1/desk/tasks/mine").jsonPath();
    String of = "find { it.id == " + claim.getLong("id") + " }.";
    String page =
        given()
            .header("Authorization", agent)
            .header("Accept-Language", "en")
            .accept("text/html")
            .get("/my-list?call=" + claim.getLong("id"))
            .asString();
    given()
        .header("Authorization", agent)
        .post("/api/v1/desk/tasks/" + claim.getLong("id") + ":release")
        .then()
        .statusCode(204);

    assertThat(mine.getDouble(of + "risk")).isEqualTo(now.getDouble("risk"));
    assertThat(mine.getString(of + "asOf")).isEqualTo(now.getString("asOf"));
    Formats formats =
        new Formats(Language.ENGLISH, new Words(Language.ENGLISH), ZoneOffset.UTC, NOW);
    assertThat(page)
        .contains(formats.percent(now.getDouble("risk")))
        .contains("as of " + formats.minute(Instant.parse(now.getString("asOf"))));
  }

  @Test
  void anAgentWorksTheListWithoutScripts() {
    try (RealBrowser real = RealBrowser.start();
        Reader reader =
            Reader.of(real, home, Reader.Way.wide().withoutScripts(), Roles.AGENT, "/my-list")) {
      Page page = reader.page();
      page.locator("form[action='/my-list/next'] button").press("Enter");
      page.locator("form[action$='/call'] button").press("Enter");
      page.locator(".dial").waitFor();
      page.locator("input[value=call-back]").check();
      page.locator("#callBackAt").fill("2026-03-23T10:00");
      page.locator("form[action$='/outcome'] button").press("Enter");
      page.waitForURL("**/my-list?said=done");
    }
  }

  @Test
  void somebodyWhoReturnsIsNotCalled() {
    try (RealBrowser real = RealBrowser.start();
        Reader reader = Reader.of(real, home, Reader.Way.wide(), Roles.AGENT, "/my-list")) {
      Page page = reader.page();
      page.keyboard().press("n");
      page.locator("#who").waitFor();

      send(List.of(event(SOURCE, shown(page), "login", EventKind.USAGE, NOW)));

      page.locator("article .notice.warn").waitFor();
      page.keyboard().press("r");
      page.waitForURL("**/my-list?said=released");
      reader.requireQuiet("returned");
    }
  }

  @Test
  void twoWhoReturnOneAfterTheOtherAreBothSeen() {
    try (RealBrowser real = RealBrowser.start();
        Reader reader = Reader.of(real, home, Reader.Way.wide(), Roles.AGENT, "/my-list")) {
      Page page = reader.page();
      page.keyboard().press("n");
      page.locator("#who").waitFor();
      String other = shown(page);
      page.keyboard().press("n");
      page.locator("#hand").waitFor();

      send(List.of(event(SOURCE, shown(page), "login", EventKind.USAGE, NOW)));
      page.locator("article .notice.warn").waitFor();
      send(List.of(event(SOURCE, other, "login", EventKind.USAGE, NOW)));
      page.locator("#hand ~ ul .tag.warn").waitFor();

      for (int inHand = 2; inHand > 0; inHand--) {
        page.keyboard().press("r");
        page.waitForURL("**/my-list?said=released");
        page.navigate(home.resolve("/my-list").toString());
      }
      assertThat(page.locator("#who").count()).isZero();
    }
  }

  @Test
  void whatChangedBeforeTheFirstLookIsSaid() throws Exception {
    String page =
        given()
            .header("Authorization", Callers.authorization(Roles.AGENT))
            .accept("text/html")
            .get("/my-list")
            .asString();
    var live = Pattern.compile("data-live=\"([^\"]+)\"").matcher(page);
    assertThat(live.find()).isTrue();

    assertThat(eventsOf(live.group(1))).doesNotContain("event:changed");
    assertThat(eventsOf("/my-list/changes?seen=another")).contains("event:changed");
  }

  /** What is said until the stream ends, which is soon in tests. */
  private List<String> eventsOf(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(home.resolve(address))
                .header("Authorization", Callers.authorization(Roles.AGENT))
                .header("Accept", "text/event-stream")
                .build(),
            HttpResponse.BodyHandlers.ofLines())
        .body()
        .map(line -> line.replace(" ", ""))
        .toList();
  }

  @Test
  void aKeyHeldDownAndASecondClickSendNothing() {
    try (RealBrowser real = RealBrowser.start();
        Reader reader = Reader.of(real, home, Reader.Way.wide(), Roles.AGENT, "/my-list")) {
      Page page = reader.page();
      page.evaluate(
          "() => { window.sent = []; document.addEventListener('submit', one => {"
              + " window.sent.push(!one.defaultPrevented); one.preventDefault(); }); }");
      String button = "document.querySelector(\"form[action='/my-list/next'] button\").click()";

      page.evaluate(
          "document.body.dispatchEvent(new KeyboardEvent('keydown',"
              + " {key: 'n', repeat: true, bubbles: true}))");
      page.evaluate(button);
      page.evaluate(button);
      page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))");
      page.evaluate(button);

      assertThat(page.evaluate("window.sent")).isEqualTo(List.of(true, false, true));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Zoë", "zoë", "ZOË MÜLLER"})
  void aNameIsFoundInWhateverCaseItIsTyped(String typed) {
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept("text/html")
        .queryParam("q", typed)
        .get("/search")
        .then()
        .statusCode(200)
        .body(containsString("Zoë Müller-Lüdenscheidt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.VIEWER})
  void aCustomerIsFoundAndExplained(String role) {
    String customer = "crm:30447";
    String risk =
        new Formats(Language.ENGLISH, new Words(Language.ENGLISH), ZoneOffset.UTC, NOW)
            .percent(
                given()
                    .header("Authorization", Callers.authorization(Roles.VIEWER))
                    .get("/api/v1/customers/" + customer + "/risk")
                    .jsonPath()
                    .getDouble("risk"));
    try (RealBrowser real = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow().inChinese())) {
        try (Reader reader = Reader.of(real, home, way, role, "/")) {
          Page page = reader.page();
          reader.picture("home-" + role + "-" + way.width());
          reader.requireAccessible("home");
          page.keyboard().press("/");
          page.keyboard().type("欧阳");
          page.locator("#found a[href='/customers/crm:30447']").waitFor();
          page.keyboard().press("ArrowDown");
          page.keyboard().press("Enter");
          page.waitForURL("**/customers/*");
          assertThat(page.locator("h1").innerText()).isEqualTo("欧阳晓雨");
          assertThat(page.locator(".verdict .big").innerText()).isEqualTo(risk);
          assertThat(page.locator("svg.timeline circle").count()).isPositive();
          reader.requireQuiet("customer");
          reader.requireAccessible("customer");
          reader.requireTraced("customer");
          reader.picture("customer-" + way.width());
          page.locator("#receipts ~ table a").first().press("Enter");
          page.waitForURL("**/receipts/*");
          assertThat(page.locator(".tag.good").first().isVisible()).isTrue();
          reader.requireQuiet("receipt");
          reader.requireAccessible("receipt");
          reader.requireTraced("receipt");
          reader.picture("receipt-" + way.width());
        }
      }
    }
  }

  @Test
  void hostileCustomersAreInert() {
    try (RealBrowser real = RealBrowser.start();
        Reader reader =
            Reader.of(real, home, Reader.Way.wide(), Roles.AGENT, "/customers?q=%3Cscript")) {
      Page page = reader.page();
      page.locator(".results a").first().press("Enter");
      page.waitForURL("**/customers/*");
      assertThat(page.locator("h1").innerText()).isEqualTo("<script>alert(1)</script>");
      assertThat(page.locator("script:not([src])").count()).isZero();
      reader.requireQuiet("a hostile name");
    }
  }

  @Test
  void everyFigureIsTheApis() throws Exception {
    aWatchedModelAndAnIncident();
    PageFigures figures = new PageFigures(NOW);
    figures.results(campaign);
    figures.model(TestModel.VERSION);
    figures.incident(incident);
    figures.customer(CUSTOMER);
    figures.receipt(CUSTOMER);
    figures.callList(campaign);
    // What other threads count and look at goes on between a page and its API.
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              figures.home();
              figures.watched();
              figures.intake();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Roles.VIEWER,
        Roles.AGENT,
        Roles.RETENTION_LEAD,
        Roles.DATA_SCIENTIST,
        Roles.OPERATOR
      })
  void everyLinkLeadsWhereItsReaderMayGo(String role) throws Exception {
    aWatchedModelAndAnIncident();
    Map<String, Integer> answers = new TreeMap<>();
    for (String path :
        List.of(
            "/",
            "/my-list",
            "/call-lists?campaign=" + campaign,
            "/customers?q=" + CUSTOMER,
            "/customers/" + CUSTOMER,
            "/receipts/" + PageFigures.newestReceipt(CUSTOMER),
            "/campaigns",
            "/campaigns/" + campaign,
            "/campaigns/" + campaign + "/results",
            "/campaigns/" + campaign + "/replays",
            "/warnings",
            "/warnings/" + incident,
            "/models",
            "/models/" + TestModel.VERSION,
            "/operate",
            "/operate/imports",
            "/operate/people")) {
      var page = follow(role, path);
      if (page.statusCode() == 403) {
        continue;
      }
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      Matcher link = LINK.matcher(page.asString());
      while (link.find()) {
        String to = link.group(1).replace("&amp;", "&");
        answers.computeIfAbsent(to, one -> follow(role, one).statusCode());
      }
    }
    assertThat(answers).as("links that the pages have").hasSizeGreaterThan(10);
    assertThat(answers).allSatisfy((to, status) -> assertThat(status).as(to).isEqualTo(200));
  }

  private static Response follow(String role, String path) {
    return given()
        .urlEncodingEnabled(false)
        .header("Authorization", Callers.authorization(role))
        .accept("text/html, */*;q=0.8")
        .get(path);
  }

  @Test
  void pagesInChineseAreChinese() throws Exception {
    aWatchedModelAndAnIncident();
    List<String> left = new ArrayList<>();
    for (String path :
        List.of(
            "/customers/" + CUSTOMER,
            "/receipts/" + PageFigures.newestReceipt(CUSTOMER),
            "/call-lists?campaign=" + campaign,
            "/campaigns/" + campaign,
            "/campaigns/" + campaign + "/results",
            "/campaigns/" + campaign + "/change",
            "/campaigns/" + campaign + "/replays",
            "/campaigns/new",
            "/warnings/" + incident,
            "/models/" + TestModel.VERSION,
            "/customers/" + CUSTOMER + "/erasure")) {
      String page =
          given()
              .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
              .accept("text/html")
              .header("Accept-Language", "zh-CN")
              .get(path)
              .then()
              .statusCode(200)
              .extract()
              .asString();
      assertThat(page).contains("<html lang=\"zh\"");
      LeftInEnglish.of(page, List.of("Keep in touch")).forEach(one -> left.add(path + ": " + one));
    }
    assertThat(left).as("left in English").isEmpty();
  }

  /** What monitoring and the bell say after weeks. */
  private void aWatchedModelAndAnIncident() throws Exception {
    incident =
        MadeUp.incident(
            database,
            "region=" + UUID.randomUUID() + "/plan=basic",
            "region=north/plan=basic: 32% of the expected visits are missing since 2026-03-02: 3,800"
                + " of 5,600 came, 1,650 to 1,950 are missing");
    MadeUp.watch(database, json, TestModel.VERSION);
  }

  @AfterEach
  void nothingMadeUpIsLeft() throws SQLException {
    if (incident != 0) {
      MadeUp.noIncidentIsOpen(database);
      MadeUp.nobodyWatches(database, TestModel.VERSION);
    }
  }

  /** External name of the customer whose call is shown. */
  private static String shown(Page page) {
    return URI.create(page.locator("#who a").getAttribute("href"))
        .getPath()
        .substring("/customers/".length());
  }

  private void look(RealBrowser browser, long campaign, Reader.Way way) {
    String what = way.toString();
    try (Reader reader =
        Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/call-lists?campaign=" + campaign)) {
      Page page = reader.page();
      assertThat(page.locator("h1").isVisible()).as(what).isTrue();
      Locator section = page.locator("section.card");
      List<String> names =
          given()
              .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
              .get("/api/v1/campaigns/" + campaign + "/call-list")
              .jsonPath()
              .getList("calls.name");
      assertThat(names).as(what).isNotEmpty().isSubsetOf(NAMES);
      assertThat(section.locator("tbody .name").allInnerTexts()).as(what).isEqualTo(names);
      assertThat(section.locator(".rank").allTextContents())
          .as(what)
          .isEqualTo(IntStream.rangeClosed(1, names.size()).mapToObj(String::valueOf).toList());
      assertThat(section.locator("script, img").count()).as(what).isZero();
      reader.requireQuiet(what);
      reader.requireAccessible(what);
      reader.picture("call-list-" + way.width() + "-" + word(way.scheme()));
    }
  }

  private static String word(ColorScheme scheme) {
    return scheme == ColorScheme.DARK ? "dark" : "light";
  }

  /** Customers who were last seen on different days and whose line is quiet since. */
  private void endAllBut(long campaign) {
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection();
                  Statement statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "UPDATE campaign SET state = 'ended' WHERE state IN ('running', 'paused') AND"
                        + " id <> "
                        + campaign);
              }
            });
  }

  private long aListOfEverybody() {
    Callers.create(users);
    TestModel.promote(models);
    Instant now = NOW;
    clocks.fix(now);
    String source = SOURCE;
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    long campaign =
        campaigns
            .start(
                CampaignSettings.named("Keep in touch")
                    .enterThreshold(0.5)
                    .holdOutShare(0.0)
                    .coolDownDays(0)
                    .intake(0)
                    .offer(List.of(new OfferText("en", OFFER), new OfferText("zh", "三个月半价")))
                    .build(),
                "test")
            .id();
    // The agent is to get calls of this one, which alone has an offer.
    endAllBut(campaign);
    List<Event> uses = new ArrayList<>();
    List<Event> calls = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      String customer = "crm:" + (30_410 + 37 * i);
      given()
          .header("Authorization", Callers.authorization(Roles.SERVICE))
          .contentType(ContentType.JSON)
          .body(
              Map.of(
                  "zone",
                  "Asia/Shanghai",
                  "profile",
                  Map.of("name", NAMES.get(i)),
                  "contactPoints",
                  List.of(Map.of("channel", "phone", "value", "+86138001380" + (10 + i))),
                  "consent",
                  List.of(Map.of("channel", "phone", "purpose", "retention", "granted", true))))
          .put("/api/v1/customers/{name}", customer)
          .then()
          .statusCode(201);
      Instant lastUse = now.minus(Duration.ofHours(24L * 16 - 10L * i));
      for (int use = 0; use < 6; use++) {
        Instant at = lastUse.minus(Duration.ofDays(use * (1L + i % 5)));
        uses.add(event(source, customer, "login", EventKind.USAGE, at));
      }
      calls.add(
          event(
              source,
              customer,
              "call_in",
              EventKind.INTERACTION,
              now.minus(Duration.ofHours(3L * i + 1))));
    }
    send(uses);
    sources.completeThrough(source, now.minus(Duration.ofHours(3)));
    // A call from a customer who does not use the service any more shows how long the silence is.
    send(calls);
    return campaign;
  }

  private void send(List<Event> events) {
    log.send(events);
    await().atMost(Duration.ofSeconds(30)).until(progress::allCaughtUp);
  }

  private static Event event(
      String source, String customer, String name, EventKind kind, Instant at) {
    return new Event(
        customer + name + at,
        source,
        customer,
        name,
        kind,
        at,
        at,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }
}
