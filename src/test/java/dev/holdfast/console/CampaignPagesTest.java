package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.model.ModelRegistry;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of campaigns: a lead's work from a draft to the end, and what others see. */
@QuarkusTest
class CampaignPagesTest {

  private static final String HOSTILE = "<script>alert(1)</script>{page.lines}\"'";

  @Inject Users users;
  @Inject ModelRegistry models;

  @TestHTTPResource("/")
  URI home;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
    TestModel.promote(models);
  }

  @Test
  void aLeadTakesACampaignFromADraftToItsEndWithoutScripts() throws Exception {
    String name = "journey " + UUID.randomUUID();
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(
                browser,
                home,
                Reader.Way.narrow().withoutScripts(),
                Roles.RETENTION_LEAD,
                "/campaigns/new")) {
      Page page = reader.page();
      page.locator("#enter").fill("7x");
      page.locator("#name").fill(name);
      page.locator("#name").press("Enter");
      assertThat(page.locator(".field .wrong").allInnerTexts())
          .containsExactly("A number of percent, such as 60");

      page.locator("#enter").fill("97");
      page.locator("#capacity").fill("240");
      page.locator("#offerText").fill("three months at half price");
      page.locator("#name").press("Enter");
      assertThat(page.locator(".field .wrong").allInnerTexts())
          .containsExactly("One line for each language, such as en: Three months at half price");
      page.locator("#offerText").fill("en: Three months at half price\nzh：三个月半价");
      page.locator("[formaction='/campaigns/preview']").click();
      assertThat(page.locator("#preview .tile").count()).isEqualTo(5);
      page.locator("[name=begin][value=false]").click();
      String address = page.url();
      assertThat(state(address)).isEqualTo("draft");
      assertThat(campaign(address).getInt("capacityMinutes")).isEqualTo(240);
      assertThat(campaign(address).getDouble("enterThreshold")).isEqualTo(0.97);
      assertThat(campaign(address).getString("offer[1].text")).isEqualTo("三个月半价");

      press(page, "start");
      assertThat(state(address)).isEqualTo("running");
      press(page, "pause");
      assertThat(state(address)).isEqualTo("paused");
      press(page, "resume");
      page.locator("a[href$='/change']").click();
      page.locator("#capacity").fill("300");
      page.locator("#why").fill("a longer shift");
      page.locator("#why").press("Enter");
      assertThat(page.locator("main").innerText()).contains("240 → 300").contains("a longer shift");
      page.locator("#end-reason").fill("the test is over");
      page.locator("#end-reason").press("Enter");
      assertThat(state(address)).isEqualTo("ended");
      assertThat(page.locator("main").innerText()).contains("the test is over");
    }
  }

  @Test
  void thePreviewFollowsWhatIsTyped() throws Exception {
    try (RealBrowser browser = RealBrowser.start();
        Reader reader =
            Reader.of(browser, home, Reader.Way.wide(), Roles.RETENTION_LEAD, "/campaigns/new")) {
      Page page = reader.page();
      page.locator("#enter").fill("55");
      page.locator("#preview .tile").first().waitFor();
      page.keyboard().press("Tab");
      reader.requireQuiet("builder");
      reader.requireAccessible("builder");
      reader.picture("campaign-form");
      page.locator("#segment").fill("profile.plan ==== 3");
      page.locator("#preview .notice.bad").waitFor();
      page.locator("#segment").fill("");
      page.locator("[formaction='/campaigns/preview']").click();
      page.locator("#preview .tile").first().waitFor();
      assertThat(page.locator("#name").inputValue()).as("nobody typed a name").isEmpty();
    }
  }

  @Test
  void everyPageIsReadableQuietAndInert() throws Exception {
    long id = start(HOSTILE + UUID.randomUUID());
    try (RealBrowser browser = RealBrowser.start()) {
      for (Reader.Way way :
          List.of(
              Reader.Way.wide(),
              Reader.Way.narrow(),
              new Reader.Way(1280, ColorScheme.DARK, "zh-CN", true))) {
        try (Reader reader =
            Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/campaigns?verdicts=true")) {
          look(reader, "campaigns", way);
          reader.open("/campaigns/" + id);
          look(reader, "campaign", way);
          reader.open("/campaigns/" + id + "/results");
          look(reader, "campaign-results", way);
          reader.open("/campaigns/" + id + "/preview");
          look(reader, "campaign-preview", way);
        }
      }
    } finally {
      given()
          .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
          .contentType(ContentType.JSON)
          .body(Map.of("reason", "the test is over"))
          .post("/api/v1/campaigns/" + id + ":end")
          .then()
          .statusCode(200);
    }
  }

  @Test
  void theListFetchesItsVerdictsAndTheSearchFindsCampaigns() throws Exception {
    String name = "findable " + UUID.randomUUID();
    long id = draft(name);
    try (RealBrowser browser = RealBrowser.start();
        Reader reader = Reader.of(browser, home, Reader.Way.wide(), Roles.VIEWER, "/campaigns")) {
      Locator list = reader.page().locator("#campaigns:not([hx-get])");
      list.waitFor();
      assertThat(list.innerText()).contains(name);
      reader.page().locator("#search").fill(name);
      reader.page().locator("#found a").first().waitFor();
      assertThat(reader.page().locator("#found a").first().getAttribute("href"))
          .isEqualTo("/campaigns/" + id);
      reader.requireQuiet("campaigns");
    }
  }

  @Test
  void anAgentReadsButNeitherChangesNorSeesResults() {
    long id = draft("for agents " + UUID.randomUUID());
    String agent = Callers.authorization(Roles.AGENT);
    given()
        .header("Authorization", agent)
        .accept("text/html")
        .get("/campaigns/" + id)
        .then()
        .statusCode(200)
        .body(not(containsString("/campaigns/" + id + "/end")));
    given()
        .header("Authorization", agent)
        .accept("text/html")
        .get("/campaigns/" + id + "/results")
        .then()
        .statusCode(403);
    given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .post("/campaigns/" + id + "/start")
        .then()
        .statusCode(400);
  }

  private static void look(Reader reader, String name, Reader.Way way) {
    String what = name + " " + way;
    assertThat(reader.page().locator("main script, main img").count()).as(what).isZero();
    reader.requireQuiet(what);
    reader.requireAccessible(what);
    reader.requireTraced(what);
    reader.picture(name + "-" + way.width() + "-" + way.language());
  }

  private static void press(Page page, String action) {
    page.locator("form[action$='/" + action + "'] button").click();
  }

  private static JsonPath campaign(String address) {
    return given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/api/v1/campaigns/" + address.substring(address.lastIndexOf('/') + 1))
        .jsonPath();
  }

  private static String state(String address) {
    return campaign(address).getString("state");
  }

  private static long start(String name) {
    return create(name, false);
  }

  private static long draft(String name) {
    return create(name, true);
  }

  private static long create(String name, boolean draft) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("name", name.substring(0, Math.min(100, name.length())));
    settings.put("enterThreshold", 0.98);
    settings.put("draft", draft);
    settings.put("offer", List.of(Map.of("language", "en", "text", HOSTILE)));
    return given()
        .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
        .contentType(ContentType.JSON)
        .body(settings)
        .post("/api/v1/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath()
        .getLong("id");
  }
}
