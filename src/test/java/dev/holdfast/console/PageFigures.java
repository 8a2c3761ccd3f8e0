package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.access.Roles;
import dev.holdfast.testsupport.Callers;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the figures of pages, as English readers get them, with those of the API. */
final class PageFigures {

  private static final Pattern TILE =
      Pattern.compile(
          "<a class=\"tile\" href=\"([^\"]+)\"><span class=\"label\">([^<]*)</span>"
              + "<span class=\"value[^\"]*\">([^<]*)</span>");
  private static final Pattern FACT =
      Pattern.compile("<div><dt>([^<]*)</dt><dd>(.*?)</dd></div>", Pattern.DOTALL);

  private final Formats formats;

  /** As of this instant, in a deployment whose calendar is in UTC. */
  PageFigures(Instant now) {
    formats = new Formats(Language.ENGLISH, new Words(Language.ENGLISH), ZoneOffset.UTC, now);
  }

  /** The tiles of the first page; each leads to a page or to the API. */
  void home() {
    String page = page(Roles.OPERATOR, "/");
    assertThat(page).as("a figure that leads nowhere").doesNotContain("<div class=\"tile\"");
    Map<String, String> tiles = new LinkedHashMap<>();
    Matcher tile = TILE.matcher(page);
    while (tile.find()) {
      tiles.put(tile.group(2), tile.group(3));
      follow(Roles.OPERATOR, tile.group(1));
    }
    JsonPath sources = api(Roles.OPERATOR, "/api/v1/sources");
    long received =
        sources.getList("books.received", Long.class).stream().mapToLong(Long::longValue).sum();
    assertThat(tiles).containsEntry("Messages received", formats.number(received));
    assertThat(tiles)
        .containsEntry(
            "Open incidents",
            formats.number(api(Roles.OPERATOR, "/api/v1/warnings?limit=100").getList("id").size()));
  }

  /** What a campaign caused. */
  void results(long campaign) {
    String path = "/api/v1/campaigns/" + campaign + "/effect";
    String page = page(Roles.RETENTION_LEAD, "/campaigns/" + campaign + "/results");
    JsonPath effect = api(Roles.RETENTION_LEAD, path);
    Map<String, String> facts = facts(page);
    assertThat(page).contains("href=\"" + path + "\"");
    assertThat(facts)
        .containsEntry("Assigned by lot", whole(effect, "counts.assigned"))
        .containsEntry("Outcome known", whole(effect, "counts.matured"))
        .containsEntry("Outcome still to come", whole(effect, "counts.immature"))
        .containsEntry("Without a lot", whole(effect, "counts.notRandomised"));
    if (effect.get("measurement.soFar") != null) {
      assertThat(facts).containsEntry("treatment", arm(effect, "treated"));
      assertThat(facts).containsEntry("hold-out", arm(effect, "heldOut"));
      String words = points(effect, "measurement.soFar.effect");
      assertThat(page).contains(words);
    }
    if (effect.get("measurement.now") != null) {
      assertThat(page).contains(points(effect, "measurement.now"));
    }
    if (effect.get("money") != null) {
      assertThat(facts).containsEntry("Cost", formats.money(effect.getDouble("money.cost")));
    }
  }

  /** What monitoring says of a model, week by week. */
  void model(String version) {
    String path = "/api/v1/monitoring/" + version;
    String page = page(Roles.DATA_SCIENTIST, "/models/" + version);
    JsonPath watch = api(Roles.DATA_SCIENTIST, path);
    assertThat(page).contains("href=\"" + path + "\"");
    List<String> verdicts = watch.getList("verdicts.words");
    verdicts.forEach(words -> assertThat(page).contains(escaped(words)));
    for (int week = 0; week < watch.getList("weeks").size(); week++) {
      String of = "weeks[" + week + "].";
      assertThat(page)
          .contains(
              formats.decimal(watch.getDouble(of + "ratio"), 2)
                  + " ("
                  + formats.decimal(watch.getDouble(of + "low"), 2)
                  + " to "
                  + formats.decimal(watch.getDouble(of + "high"), 2)
                  + ")")
          .contains(">" + whole(watch, of + "rows") + "<")
          .contains(">" + formats.decimal(watch.getDouble(of + "observed"), 1) + "<")
          .contains(">" + formats.decimal(watch.getDouble(of + "expected"), 1) + "<");
    }
  }

  /** An incident in the list and on its own page. */
  void incident(long id) {
    JsonPath one = api(Roles.RETENTION_LEAD, "/api/v1/warnings/" + id);
    String customers = whole(one, "incident.customers");
    assertThat(page(Roles.RETENTION_LEAD, "/warnings"))
        .contains("href=\"/warnings/" + id + "\"")
        .contains(">" + customers + "<");
    String page = page(Roles.RETENTION_LEAD, "/warnings/" + id);
    assertThat(facts(page)).containsEntry("Customers", customers);
    assertThat(page).contains("href=\"/api/v1/warnings/" + id + "\"");
  }

  /** The risk of a customer, and what it is made of. */
  void customer(String name) {
    String path = "/api/v1/customers/" + name + "/risk";
    String page = page(Roles.RETENTION_LEAD, "/customers/" + name);
    JsonPath risk = api(Roles.RETENTION_LEAD, path);
    assertThat(page)
        .contains("<span class=\"big\">" + formats.percent(risk.getDouble("risk")) + "</span>")
        .contains("/risk\"");
    List<String> reasons = risk.getList("reasons.words");
    if (reasons != null) {
      reasons.forEach(reason -> assertThat(page).contains(escaped(reason)));
    }
  }

  /** The call that an agent has in hand, while somebody is to be called. */
  void desk() {
    var claimed =
        given()
            .header("Authorization", Callers.authorization(Roles.AGENT))
            .post("/api/v1/desk/tasks:claim")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
    JsonPath mine = api(Roles.AGENT, "/api/v1/desk/tasks/mine");
    JsonPath risk =
        api(Roles.AGENT, "/api/v1/customers/" + mine.getString("[0].customer") + "/risk");
    String page = page(Roles.AGENT, "/my-list");
    given()
        .header("Authorization", Callers.authorization(Roles.AGENT))
        .post("/api/v1/desk/tasks/" + claimed.getLong("id") + ":release")
        .then()
        .statusCode(204);
    assertThat(mine.getDouble("[0].risk")).isEqualTo(risk.getDouble("risk"));
    assertThat(page)
        .contains("Risk " + formats.percent(mine.getDouble("[0].risk")))
        .contains("as of " + formats.minute(Instant.parse(mine.getString("[0].asOf"))))
        .contains("href=\"/customers/")
        .contains("href=\"/api/v1/desk/tasks/mine\"");
    List<String> reasons = mine.getList("[0].reasons");
    reasons.forEach(reason -> assertThat(page).contains(escaped(reason)));
    Matcher outcomes = Pattern.compile("href=\"(/api/v1/desk/outcomes[^\"]+)\"").matcher(page);
    assertThat(outcomes.find()).isTrue();
    Map<String, Integer> counts = api(Roles.AGENT, outcomes.group(1)).getMap("");
    assertThat(facts(page))
        .containsEntry(
            "Calls", formats.number(counts.values().stream().mapToInt(Integer::intValue).sum()));
  }

  /** Whom a campaign would have called today, in order. */
  void callList(long campaign) {
    String path = "/api/v1/campaigns/" + campaign + "/call-list";
    String page = page(Roles.RETENTION_LEAD, "/call-lists?campaign=" + campaign);
    JsonPath list = api(Roles.RETENTION_LEAD, path);
    assertThat(page).contains("href=\"" + path + "\"");
    for (int call = 0; call < list.getList("calls").size(); call++) {
      String of = "calls[" + call + "].";
      assertThat(page)
          .contains(">" + formats.percent(list.getDouble(of + "risk")) + "<")
          .contains(">" + formats.money(list.getDouble(of + "expectedGain")) + "<");
    }
  }

  private String arm(JsonPath effect, String arm) {
    String of = "measurement.soFar." + arm + ".";
    return whole(effect, of + "churned")
        + " of "
        + whole(effect, of + "parties")
        + " churned ("
        + formats.percent(effect.getDouble(of + "churned") / effect.getDouble(of + "parties"))
        + ")";
  }

  private String points(JsonPath effect, String interval) {
    return formats.decimal(100 * effect.getDouble(interval + ".value"), 1)
        + " points ("
        + formats.decimal(100 * effect.getDouble(interval + ".low"), 1)
        + " to "
        + formats.decimal(100 * effect.getDouble(interval + ".high"), 1)
        + ")";
  }

  private String whole(JsonPath json, String path) {
    return formats.number(json.getDouble(path));
  }

  private static Map<String, String> facts(String page) {
    Map<String, String> facts = new LinkedHashMap<>();
    Matcher fact = FACT.matcher(page);
    while (fact.find()) {
      facts.putIfAbsent(fact.group(1), fact.group(2));
    }
    return facts;
  }

  private static String escaped(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static void follow(String role, String path) {
    given()
        .header("Authorization", Callers.authorization(role))
        .accept("*/*")
        .get(path)
        .then()
        .statusCode(200);
  }

  private static String page(String role, String path) {
    return given()
        .header("Authorization", Callers.authorization(role))
        .accept("text/html")
        .header("Accept-Language", "en")
        .get(path)
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

  private static JsonPath api(String role, String path) {
    return given()
        .header("Authorization", Callers.authorization(role))
        .get(path)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }
}
