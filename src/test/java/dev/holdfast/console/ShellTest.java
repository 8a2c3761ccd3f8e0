package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.microsoft.playwright.Page;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.Reader;
import dev.holdfast.testsupport.RealBrowser;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is around every page: signing in, forms, language, theme, search, and what went wrong. */
@QuarkusTest
class ShellTest {

  private static final Pattern TOKEN = Pattern.compile("name=\"form-token\" value=\"([^\"]+)\"");

  @Inject Users users;

  @TestHTTPResource("/")
  URI home;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @Test
  void aStrangerIsSentToSignInAndAProgramIsChallenged() {
    given()
        .redirects()
        .follow(false)
        .accept("text/html")
        .get("/warnings?x=1")
        .then()
        .statusCode(303)
        .header("Location", endsWith("/sign-in?to=%2Fwarnings%3Fx%3D1"));
    given()
        .get("/warnings")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", containsString("basic"));
    given()
        .accept("text/event-stream")
        .get("/warnings")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", nullValue());
  }

  @Test
  void aSessionLastsUntilItsOwnerSignsOut() {
    Response form = given().accept("text/html").get("/sign-in");
    String cookie = form.getCookie("holdfast-form");
    String token = token(form);
    Response in =
        given()
            .redirects()
            .follow(false)
            .accept("text/html")
            .cookie("holdfast-form", cookie)
            .formParam("form-token", token)
            .formParam("name", Callers.name(Roles.AGENT))
            .formParam("password", Callers.PASSWORD)
            .formParam("to", "/warnings")
            .post("/sign-in");
    in.then().statusCode(303).header("Location", endsWith("/warnings"));
    assertThat(in.getDetailedCookie("holdfast-session").isHttpOnly()).isTrue();
    assertThat(in.getDetailedCookie("holdfast-session").getSameSite()).isEqualToIgnoringCase("lax");
    String session = in.getCookie("holdfast-session");

    given()
        .cookie("holdfast-session", session)
        .get("/api/v1/caller")
        .then()
        .statusCode(200)
        .body("name", equalTo(Callers.name(Roles.AGENT)));
    Response page = given().cookie("holdfast-session", session).accept("text/html").get("/");
    given()
        .redirects()
        .follow(false)
        .cookie("holdfast-session", session)
        .cookie("holdfast-form", page.getCookie("holdfast-form"))
        .formParam("form-token", token(page))
        .post("/sign-out")
        .then()
        .statusCode(303);

    given().cookie("holdfast-session", session).get("/api/v1/caller").then().statusCode(401);
  }

  @Test
  void aNewPasswordEndsTheSessions() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.VIEWER), "test");
    Response form = given().accept("text/html").get("/sign-in");
    String session =
        given()
            .redirects()
            .follow(false)
            .cookie("holdfast-form", form.getCookie("holdfast-form"))
            .formParam("form-token", token(form))
            .formParam("name", name)
            .formParam("password", "first-password-1")
            .post("/sign-in")
            .getCookie("holdfast-session");
    given().cookie("holdfast-session", session).get("/api/v1/caller").then().statusCode(200);

    users.resetPassword(name, "test");

    given().cookie("holdfast-session", session).get("/api/v1/caller").then().statusCode(401);
  }

  @Test
  void aWrongPasswordSaysSoAndManyOfThemMustWait() {
    Response form = given().accept("text/html").get("/sign-in");
    String name = "nobody-" + UUID.randomUUID();
    int status = 0;
    for (int guess = 0; guess < 12; guess++) {
      status =
          given()
              .redirects()
              .follow(false)
              .accept("text/html")
              .cookie("holdfast-form", form.getCookie("holdfast-form"))
              .formParam("form-token", token(form))
              .formParam("name", name)
              .formParam("password", "guess-" + guess)
              .post("/sign-in")
              .statusCode();
      assertThat(status).isIn(401, 429);
    }
    assertThat(status).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sign-in", "/sign-out", "/preferences"})
  void aFormOfAnotherSiteIsRefused(String path) {
    Response form = given().accept("text/html").get("/sign-in");
    given()
        .cookie("holdfast-form", form.getCookie("holdfast-form"))
        .formParam("name", "x")
        .post(path)
        .then()
        .statusCode(400);
    given()
        .cookie("holdfast-form", form.getCookie("holdfast-form"))
        .formParam("form-token", "of-another-site")
        .post(path)
        .then()
        .statusCode(400);
    given().formParam("form-token", token(form)).post(path).then().statusCode(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void whatAnotherSiteAsksABrowserForIsNotDone(String from) {
    given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .header("Sec-Fetch-Site", from)
        .contentType(ContentType.JSON)
        .post("/api/v1/campaigns/999999:pause")
        .then()
        .statusCode(403);
  }

  @Test
  void peopleReadProblemsAsPagesAndProgramsAsProblems() {
    for (String path : List.of("/no-such-page", "/warnings/999999999")) {
      given()
          .header("Authorization", Callers.authorization(Roles.VIEWER))
          .accept("text/html,application/xhtml+xml")
          .header("Accept-Language", "zh-CN,zh;q=0.9")
          .get(path)
          .then()
          .statusCode(404)
          .contentType(ContentType.HTML)
          .body(containsString("<h1>这里什么也没有</h1>"))
          .header("Content-Security-Policy", containsString("default-src 'self'"));
      given()
          .header("Authorization", Callers.authorization(Roles.VIEWER))
          .get(path)
          .then()
          .statusCode(404)
          .contentType("application/problem+json");
    }
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept("text/html")
        .get("/my-list")
        .then()
        .contentType(ContentType.HTML)
        .statusCode(403);
  }

  @Test
  void theAnswerToAFormNamesAPageThatCanBeRead() {
    String operator = Callers.authorization(Roles.OPERATOR);
    Response page =
        given().header("Authorization", operator).accept("text/html").get("/operate/people?x=1");
    assertThat(page.asString()).contains("name=\"to\" value=\"/operate/people?x=1\"");
    given()
        .header("Authorization", operator)
        .accept("text/html")
        .cookie("holdfast-form", page.getCookie("holdfast-form"))
        .formParam("form-token", token(page))
        .formParam("name", "crm")
        .formParam("role", "root")
        .post("/operate/keys")
        .then()
        .statusCode(400)
        .body(containsString("name=\"to\" value=\"/operate\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no"})
  void aFormThatDoesNotSayWhatToDoLetsNobodyIn(String disabled) {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.VIEWER), "test");
    users.setDisabled(name, true, "test");
    String operator = Callers.authorization(Roles.OPERATOR);
    Response page =
        given().header("Authorization", operator).accept("text/html").get("/operate/people");
    var form =
        given()
            .header("Authorization", operator)
            .header("Accept-Language", "zh-CN")
            .accept("text/html")
            .cookie("holdfast-form", page.getCookie("holdfast-form"))
            .formParam("form-token", token(page))
            .formParam("name", name);
    if (!disabled.isEmpty()) {
      form.formParam("disabled", disabled);
    }

    form.post("/operate/users").then().statusCode(400).body(containsString("请说明是停用还是启用该用户"));
    given()
        .header("Authorization", Callers.basic(name, "first-password-1"))
        .get("/api/v1/caller")
        .then()
        .statusCode(401);
  }

  @Test
  void assetsAreKeptForGoodAndOnlyUnderTheirContent() {
    String page =
        given()
            .header("Authorization", Callers.authorization(Roles.VIEWER))
            .accept("text/html")
            .get("/")
            .asString();
    var sheet = Pattern.compile("/assets/[0-9a-f]{16}/console\\.css").matcher(page);
    assertThat(sheet.find()).isTrue();
    given()
        .get(sheet.group())
        .then()
        .statusCode(200)
        .header("Cache-Control", containsString("immutable"))
        .header("Content-Encoding", equalTo("gzip"));
    given().get("/assets/0000000000000000/console.css").then().statusCode(404);
    assertThat(page).doesNotContainPattern("<script(?![^>]* src=)| style=|<style|\\son[a-z]+=\"");
  }

  @Test
  void hostileSearchWordsAreInert() {
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .accept("text/html")
        .queryParam("q", "<script>alert(1)</script>{inject:shell}%_\\")
        .get("/search")
        .then()
        .statusCode(200)
        .body(not(containsString("<script>alert")))
        .body(containsString("&lt;script&gt;alert(1)&lt;/script&gt;{inject:shell}%_"));
  }

  @Test
  void signingInSearchingAndChoosingWorkByKeyboard() {
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way : List.of(Reader.Way.wide(), Reader.Way.narrow())) {
        try (Reader reader = Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/warnings")) {
          Page page = reader.page();
          assertThat(URI.create(page.url()).getPath()).isEqualTo("/warnings");
          page.keyboard().press("?");
          assertThat(page.locator("#shortcuts").isVisible()).isTrue();
          page.keyboard().press("Escape");
          page.keyboard().press("/");
          page.keyboard().type("Call");
          page.locator("#found a").first().waitFor();
          page.keyboard().press("ArrowDown");
          page.keyboard().press("Enter");
          page.waitForURL("**/call-lists");
          page.keyboard().press("g");
          page.keyboard().press("h");
          page.waitForURL(home.toString());
          reader.requireQuiet("home");
          reader.requireAccessible("home");
          reader.picture("home-" + way.width());
        }
      }
    }
  }

  @Test
  void everythingWorksWithoutScripts() {
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser, home, Reader.Way.wide().withoutScripts(), Roles.VIEWER, "/warnings")) {
      Page page = reader.page();
      page.locator("details.reader summary").press("Enter");
      page.locator("button[value=zh]").press("Enter");
      page.locator("html[lang=zh] h1").waitFor();
      assertThat(URI.create(page.url()).getPath()).isEqualTo("/warnings");
      page.locator("details.reader summary").press("Enter");
      page.locator("button[value=dark]").press("Enter");
      page.locator("html[data-theme=dark] h1").waitFor();
      page.locator("#search").fill("名单");
      page.locator("#search").press("Enter");
      page.waitForURL("**/search?q=*");
      assertThat(page.locator(".results a").count()).isPositive();
    }
  }

  @Test
  void signingInIsAccessible() {
    try (RealBrowser browser = RealBrowser.start();
        Reader reader = Reader.stranger(browser, home, Reader.Way.narrow().inChinese())) {
      reader.open("/sign-in");
      reader.requireAccessible("sign-in");
      reader.picture("sign-in-390-zh");
    }
  }

  private static String token(Response page) {
    var found = TOKEN.matcher(page.asString());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }
}
