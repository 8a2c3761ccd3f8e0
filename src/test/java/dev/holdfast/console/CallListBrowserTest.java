package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
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
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page of call lists in a real browser: readable, quiet and inert, narrow and wide. */
@QuarkusTest
class CallListBrowserTest {

  private static final Instant START = Instant.parse("2026-03-02T02:00:00Z");

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

  @Inject Users users;
  @Inject EventLog log;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Campaigns campaigns;
  @Inject PartitionProgress progress;

  @TestHTTPResource("/")
  URI home;

  @Test
  void theListIsReadableQuietAndInertAtEveryWidthInLightAndDark() throws Exception {
    try (RealBrowser real = RealBrowser.start()) {
      long campaign = aListOfEverybody();
      for (int width : List.of(1280, 390)) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          look(real, campaign, new Reader.Way(width, scheme, "en", true));
        }
      }
    }
  }

  private void look(RealBrowser browser, long campaign, Reader.Way way) {
    String what = way.toString();
    try (Reader reader =
        Reader.of(browser, home, way, Roles.RETENTION_LEAD, "/call-lists?campaign=" + campaign)) {
      Page page = reader.page();
      assertThat(page.locator("h1").isVisible()).as(what).isTrue();
      Locator section = page.locator("section.card");
      assertThat(section.locator(".rank").allTextContents())
          .as(what)
          .isEqualTo(IntStream.rangeClosed(1, NAMES.size()).mapToObj(String::valueOf).toList());
      assertThat(section.locator("tbody .name").allInnerTexts())
          .as(what)
          .containsExactlyInAnyOrderElementsOf(NAMES);
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
  private long aListOfEverybody() {
    Callers.create(users);
    TestModel.promote(models);
    Instant now = START.plus(Duration.ofDays(20));
    clocks.fix(now);
    String source = "shop-app";
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
    long campaign =
        campaigns
            .start(
                CampaignSettings.named("Keep in touch")
                    .enterThreshold(0.5)
                    .holdOutShare(0.0)
                    .coolDownDays(0)
                    .intake(0)
                    .build(),
                "test")
            .id();
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
