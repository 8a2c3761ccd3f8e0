package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.holdfast.access.Roles;
import dev.holdfast.testsupport.Callers;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares the figures of pages, as English readers get them, with those of the API. */
final class PageFigures {

  private static final Pattern TILE =
      Pattern.compile(
          "<a class=\"tile\" href=\"([^\"]+)\"><span class=\"label\">([^<]*)</span>"
              + "<span class=\"value[^\"]*\">([^<]*)</span>");
  private static final Pattern FACT =
      Pattern.compile("<div><dt>([^<]*)</dt><dd>(.*?)</dd></div>", Pattern.DOTALL);

  private static final Pattern ROW = Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL);
  private static final Pattern HEAD =
      Pattern.compile("<th scope=\"row\"[^>]*>(.*?)</th>", Pattern.DOTALL);
  private static final Pattern CELL =
      Pattern.compile("<td[^>]* data-head=\"([^\"]*)\"[^>]*>(.*?)</td>", Pattern.DOTALL);

  private final ReasonTexts texts = new ReasonTexts();
  private final Words words = new Words(Language.ENGLISH);
  private final Formats formats;

  /** As of this instant, in a deployment whose calendar is in UTC. */
  PageFigures(Instant now) {
    formats = new Formats(Language.ENGLISH, words, ZoneOffset.UTC, now);
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
    List<List<String>> conditions =
        api(Roles.OPERATOR, "/api/v1/warnings/feeds").getList("conditions");
    long inOrder = conditions.stream().filter(List::isEmpty).count();
    assertThat(tiles)
        .containsEntry(
            "Feeds in order", conditions.isEmpty() ? "None" : inOrder + " of " + conditions.size());
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
      assertThat(page).contains(points(effect, "measurement.soFar.effect"));
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
    assertThat(verdicts).isNotEmpty();
    verdicts.forEach(one -> assertThat(page).contains(escaped(texts.in(Language.ENGLISH, one))));
    List<String> drift = watch.getList("drift.feature");
    for (int i = 0; i < Math.min(drift.size(), 15); i++) {
      String of = "drift[" + i + "].";
      assertThat(row(page, words.named("feature", drift.get(i)) + " " + drift.get(i)))
          .containsEntry("PSI", formats.decimal(watch.getDouble(of + "psi"), 3))
          .containsEntry("KS", formats.decimal(watch.getDouble(of + "ks"), 3));
    }
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
    assertThat(page)
        .contains("href=\"/api/v1/warnings/" + id + "\"")
        .contains("href=\"/api/v1/warnings/" + id + "/cohort\"");
    JsonPath cohort = api(Roles.RETENTION_LEAD, "/api/v1/warnings/" + id + "/cohort");
    assertThat(facts(page))
        .containsEntry(
            "Visits",
            whole(cohort, "came")
                + " of "
                + whole(cohort, "expected")
                + " expected, "
                + formats.percent(cohort.getDouble("drop"))
                + " fewer; "
                + formats.number(Math.max(0, cohort.getDouble("missingLow")))
                + " to "
                + formats.number(Math.max(0, cohort.getDouble("missingHigh")))
                + " missing")
        .containsEntry(
            "Detectable drop",
            "a lasting drop of " + formats.percent(cohort.getDouble("detectableDrop")) + " shows");
    JsonPath shared = api(Roles.RETENTION_LEAD, "/api/v1/warnings/" + id + "/cohort/shared");
    List<String> traits = shared.getList("trait");
    for (int i = 0; i < Math.min(traits.size(), 15); i++) {
      String of = "[" + i + "].";
      assertThat(page).contains("href=\"/api/v1/warnings/" + id + "/cohort/shared\"");
      assertThat(row(page, Subjects.values(words, traits.get(i))))
          .containsEntry(
              "Of the missing",
              whole(shared, of + "missing") + " of " + whole(shared, of + "ofMissing"))
          .containsEntry(
              "Of those who came",
              whole(shared, of + "present") + " of " + whole(shared, of + "ofPresent"))
          .containsEntry(
              words.of("warning_lift"), formats.decimal(shared.getDouble(of + "lift"), 1))
          .containsEntry("q", formats.decimal(shared.getDouble(of + "q"), 3));
    }
  }

  /** The feeds and segments in the list of warnings. */
  void watched() {
    String page = page(Roles.RETENTION_LEAD, "/warnings");
    Map<String, List<Map<String, String>>> rows = rows(page);
    assertThat(page).contains("href=\"/api/v1/warnings/feeds\"");
    for (Map<String, Object> feed : all(Roles.RETENTION_LEAD, "/api/v1/warnings/feeds")) {
      assertThat(rows.get(feed.get("source")))
          .as("feed %s", feed)
          .first(as(MAP))
          .containsEntry("Customers", whole(feed, "customers"));
    }
    for (Map<String, Object> segment : all(Roles.RETENTION_LEAD, "/api/v1/warnings/segments")) {
      Double expected = share(segment, "expectedShare");
      Map<String, String> figures = new LinkedHashMap<>();
      figures.put("came", whole(segment, "came"));
      figures.put("CUSUM", formats.decimal(number(segment, "cusum"), 1));
      figures.put("Detectable drop", formats.percent(share(segment, "detectableDrop")));
      figures.put(
          "expected",
          formats.number(expected == null ? null : (Double) (expected * number(segment, "due"))));
      // By the day and by the hour there are two of a name.
      assertThat(rows.get(Subjects.values(words, String.valueOf(segment.get("segment")))))
          .as("segment %s", segment)
          .anySatisfy(row -> assertThat(row).containsAllEntriesOf(figures));
    }
  }

  /** The books of each source. */
  void intake() {
    String page = page(Roles.OPERATOR, "/operate");
    Map<String, List<Map<String, String>>> rows = rows(page);
    assertThat(page).contains("href=\"/api/v1/sources\"");
    List<Map<String, Object>> sources = all(Roles.OPERATOR, "/api/v1/sources");
    assertThat(sources).isNotEmpty();
    for (Map<String, Object> source : sources) {
      Map<?, ?> books = (Map<?, ?>) requireNonNull(source.get("books"));
      assertThat(rows.get(source.get("name")))
          .as("source %s", source)
          .first(as(MAP))
          .containsEntry(words.of("operate_received"), whole(books, "received"))
          .containsEntry(words.of("operate_applied"), whole(books, "applied"))
          .containsEntry(words.of("operate_duplicate"), whole(books, "duplicate"))
          .containsEntry(words.of("operate_put_aside"), whole(books, "quarantined"))
          .containsEntry(words.of("operate_late"), whole(books, "late"));
    }
  }

  /** The number of the newest receipt of a customer. */
  static long newestReceipt(String name) {
    return api(Roles.RETENTION_LEAD, "/api/v1/customers/" + name + "/receipts").getLong("[0].id");
  }

  /** The newest receipt of a customer, recomputed. */
  void receipt(String name) {
    String path = "/receipts/" + newestReceipt(name);
    String page = page(Roles.RETENTION_LEAD, path);
    JsonPath receipt = api(Roles.RETENTION_LEAD, "/api/v1" + path);
    assertThat(page).contains("href=\"/api/v1" + path + "\"");
    assertThat(facts(page).get("Risk")).startsWith(formats.decimal(receipt.getDouble("risk"), 6));
    assertThat(facts(page))
        .containsEntry(
            words.of("receipt_again"), formats.decimal(receipt.getDouble("recomputed.risk"), 6));
    List<String> features = receipt.getList("recomputed.features.name");
    assertThat(features).isNotEmpty();
    for (int i = 0; i < features.size(); i++) {
      String of = "recomputed.features[" + i + "].";
      Map<String, String> row =
          row(page, words.named("feature", features.get(i)) + " " + features.get(i));
      assertThat(row)
          .containsEntry(
              words.of("customer_adds"),
              formats.decimal(receipt.getDouble(of + "contribution"), 4));
      assertThat(row.get(words.of("customer_value")))
          .startsWith(formats.decimal(receipt.getDouble(of + "value"), 4));
    }
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
    JsonPath receipts = api(Roles.RETENTION_LEAD, "/api/v1/customers/" + name + "/receipts");
    for (int i = 0; i < Math.min(receipts.getList("id").size(), 10); i++) {
      assertThat(page)
          .contains("href=\"/receipts/" + receipts.getLong("[" + i + "].id") + "\"")
          .contains(">" + formats.percent(receipts.getDouble("[" + i + "].risk")) + "<");
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

  private String whole(Map<?, ?> json, String name) {
    return formats.number(number(json, name));
  }

  /** A number that may be absent. */
  private static @Nullable Double share(Map<?, ?> json, String name) {
    return json.get(name) instanceof Number share ? (Double) share.doubleValue() : null;
  }

  private static double number(Map<?, ?> json, String name) {
    return ((Number) requireNonNull(json.get(name), name)).doubleValue();
  }

  private static Map<String, String> facts(String page) {
    Map<String, String> facts = new LinkedHashMap<>();
    Matcher fact = FACT.matcher(page);
    while (fact.find()) {
      facts.putIfAbsent(fact.group(1), plain(fact.group(2)));
    }
    return facts;
  }

  /** The cells of the row of this name, by their headings. */
  private static Map<String, String> row(String page, String name) {
    List<Map<String, String>> found = rows(page).getOrDefault(name, List.of());
    assertThat(found).as("rows of " + name).isNotEmpty();
    return found.get(0);
  }

  /** The cells of all rows by their headings, under the names of the rows. */
  private static Map<String, List<Map<String, String>>> rows(String page) {
    Map<String, List<Map<String, String>>> rows = new LinkedHashMap<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      Matcher head = HEAD.matcher(row.group(1));
      if (head.find()) {
        Map<String, String> cells = new LinkedHashMap<>();
        Matcher cell = CELL.matcher(row.group(1));
        while (cell.find()) {
          cells.put(cell.group(1), plain(cell.group(2)));
        }
        rows.computeIfAbsent(plain(head.group(1)), name -> new ArrayList<>()).add(cells);
      }
    }
    return rows;
  }

  private static String plain(String html) {
    return html.replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .strip();
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

  /** A list of the API as plain maps: a path into JSON costs milliseconds, and there are many. */
  private static List<Map<String, Object>> all(String role, String path) {
    return api(role, path).getList("");
  }
}
