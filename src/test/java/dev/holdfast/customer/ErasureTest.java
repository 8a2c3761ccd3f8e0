package dev.holdfast.customer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.Attendance;
import dev.holdfast.campaign.DeskTables;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import dev.holdfast.stream.PartitionProgress;
import dev.holdfast.testsupport.Published;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of a person who was erased, in the whole schema and beside the stream. */
@QuarkusTest
@TestSecurity(
    user = "lea",
    roles = {Roles.RETENTION_LEAD, Roles.OPERATOR})
class ErasureTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(30);

  /** These may hold the internal numbers of whom was erased. */
  private static final Set<String> KEEP_NUMBERS = Set.of("ledger", "erased_id");

  /** Another customer would be another person; the progress of a count is no row of anybody. */
  private static final Set<String> NOT_PLANTED =
      Set.of("ledger", "erased_id", "customer", "call_tally_progress");

  /** Rows of these lead to others, so they are planted first, in this order. */
  private static final List<String> FIRST =
      List.of("episode", "call_task", "contact_attempt", "outcome", "outcome_report");

  private static final Pattern TOKEN = Pattern.compile("name=\"form-token\" value=\"([^\"]+)\"");

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject BusinessClock clock;
  @Inject PartitionProgress progress;
  @Inject Erasures erasures;
  @Inject Customers customers;

  /** In every text of the person; short, because some columns are. */
  private final String marker = "z" + UUID.randomUUID().toString().replace("-", "").substring(0, 7);

  private final String source = "app-" + UUID.randomUUID();
  private final String name = "crm:" + marker;
  private final String number =
      "+86138" + (10_000_000 + Math.floorMod(marker.hashCode(), 89_999_999));

  private final Map<String, List<Column>> columns = new TreeMap<>();

  private long campaign;
  private long incident;
  private long snapshot;

  private record Column(String table, String name, String type, String definition, String extra) {}

  @BeforeEach
  void aModelServes() {
    TestModel.promote(models);
    clocks.fix(START.plus(Duration.ofDays(10)));
    sources.declare(source, Cadence.STREAM, Duration.ofDays(30));
  }

  @Test
  void nothingOfAPersonIsLeftInAnyTable() throws Exception {
    write(name);
    send(event("e1", START), event("e2", START.plus(Duration.ofDays(1))));
    poison(name, "not an event");
    poison(null, "{\"id\":1,\"customer\":\"" + name + "\"}");
    poison(null, "broken \"" + name + "\" {");
    forbid(name);
    forbidAndAllowTheNumber();
    long customer = customers.find(name, clock.now()).orElseThrow();
    long party = Objects.requireNonNull(customers.partiesOf(List.of(customer)).get(customer));
    assertThat(
            rows(
                "quarantine",
                "payload LIKE '%" + marker + "%' OR record_key LIKE '%" + marker + "%'"))
        .isEqualTo(3);

    String exported =
        given()
            .get("/api/v1/customers/{name}/export", name)
            .then()
            .statusCode(200)
            .header("Content-Disposition", containsString("attachment"))
            .body("customer", equalTo(name))
            .body("identifiers", hasSize(1))
            .body("profile[0].fields.name", equalTo(marker))
            .body("contactPoints.find { it.channel == 'phone' }.value", equalTo(number))
            .body("consent", hasSize(greaterThan(0)))
            .body("events", hasSize(2))
            .body("events[0].properties.note", equalTo(marker))
            .body("unreadMessages", hasSize(3))
            .body("doNotContact", hasSize(2))
            .body("receipts[0].exact", equalTo(true))
            .body("receipts[0].recomputed.features", hasSize(greaterThan(10)))
            .body("audit.action", not(hasSize(0)))
            .extract()
            .asString();
    assertThat(exported).contains("\"customer-exported\"");

    ofNobody();
    Set<String> planted = plantEverywhere(customer, party);
    assertThat(planted).contains("outcome", "inbound_call", "shadow_score", "incident_customer");
    for (String table : planted) {
      assertThat(holding(table, customer, party) || holdingMarker(table))
          .as("a row is planted in %s", table)
          .isTrue();
    }
    change(
        "UPDATE call_task SET state = 'pending', effect_from = 'prior' WHERE party_id = " + party);

    erase(name, null).statusCode(200).body("customers", equalTo(1)).body("party", equalTo(true));
    await().atMost(WAIT).until(() -> rows("outbox", "message_key LIKE '%" + marker + "%'") == 0);

    assertThat(
            Published.on(
                kafka,
                Topics.CALL_TASKS,
                message -> name.equals(message.key()) && message.value().contains("erased"),
                1))
        .as("whoever took the call elsewhere is told")
        .hasSize(1);
    assertThat(left(customer, party)).as("what is left").isEmpty();
    assertThat(rows("do_not_contact", "number_key = RIGHT('" + number + "', 9)"))
        .as("the number stays forbidden")
        .isEqualTo(1);

    // As somebody without a lock writes it a moment later, and again whatever looked meanwhile.
    change("INSERT INTO bell_regroup (customer_id) VALUES (" + customer + ")");
    assertThat(left(customer, party)).containsExactly("bell_regroup has the number");
    change(
        "UPDATE erasure SET swept_next = '2026-01-01' WHERE id = (SELECT erasure_id FROM erased_id"
            + " WHERE kind = 'customer' AND id = "
            + customer
            + ")");
    erasures.sweep();
    await().atMost(WAIT).untilAsserted(() -> assertThat(left(customer, party)).isEmpty());
    given().get("/api/v1/customers/{name}", name).then().statusCode(404);
    given().get("/api/v1/customers/{name}/export", name).then().statusCode(404);
  }

  @Test
  void whatStillArrivesIsDroppedUntilTheNameIsReadmitted() throws Exception {
    write(name);
    Event old = event("e1", START);
    send(old);
    long first = customers.find(name, clock.now()).orElseThrow();
    int erasure = erase(name, null).statusCode(200).extract().path("erasure");
    erase(name, null).statusCode(200).body("erasure", equalTo(erasure));

    send(old, event("e2", clock.now().minusSeconds(60)));
    poison(name, "not an event " + marker);

    assertThat(customers.find(name, clock.now())).isEmpty();
    assertThat(rows("event", "customer_id = " + first)).isZero();
    assertThat(sources.byName(source).orElseThrow().books())
        .satisfies(
            books -> {
              assertThat(books.erased()).isEqualTo(2);
              assertThat(books.applied()).isEqualTo(1);
              assertThat(books.received())
                  .isEqualTo(
                      books.applied() + books.duplicate() + books.quarantined() + books.erased());
            });
    assertThat(rows("quarantine", "payload LIKE '%" + marker + "%'")).isZero();
    put(name, Map.of("profile", Map.of("name", marker))).statusCode(410);
    put(
            "other:" + marker,
            Map.of("identifiers", List.of(Map.of("namespace", "crm", "value", marker))))
        .statusCode(409);

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "came back"))
        .post("/api/v1/customers/{name}/readmission", name)
        .then()
        .statusCode(204);
    clocks.fix(clock.now().plusSeconds(3_600));
    send(old, event("e3", clock.now().minusSeconds(60)));

    long second = customers.find(name, clock.now()).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(rows("event", "customer_id = " + second)).as("nothing of before").isEqualTo(1);
    assertThat(sources.byName(source).orElseThrow().books().erased()).isEqualTo(3);
  }

  /**
   * The batch has looked the name up already and waits for the customer, whom it then finds gone.
   */
  @Test
  void aBatchThatWaitsForAnErasureWritesNothingBack() throws Exception {
    write(name);
    send(event("e1", START));
    long customer = customers.find(name, clock.now()).orElseThrow();
    CompletableFuture<Erasures.Erased> erased;
    try (Connection holding = database.getConnection()) {
      holding.setAutoCommit(false);
      try (Statement lock = holding.createStatement()) {
        lock.executeQuery(
                "SELECT 1 FROM customer_state WHERE customer_id = " + customer + " FOR UPDATE")
            .close();
        erased = CompletableFuture.supplyAsync(() -> erasures.erase(name, "asked to", null, "lea"));
        await().atMost(WAIT).until(() -> waiting() == 1);
        log.send(List.of(event("e2", START.plusSeconds(60))));
        await().atMost(WAIT).until(() -> waiting() == 2);
      } finally {
        holding.rollback();
        holding.setAutoCommit(true);
      }
    }
    assertThat(erased.get().customers()).isEqualTo(1);
    applied();

    assertThat(rows("event", "customer_id = " + customer)).isZero();
    assertThat(rows("customer_state", "customer_id = " + customer)).isZero();
    assertThat(rows("risk_history", "customer_id = " + customer)).isZero();
    assertThat(sources.byName(source).orElseThrow().books().erased()).isEqualTo(1);
  }

  @Test
  void onePartyOfSeveralCustomersIsErasedAsItWasSaid() throws Exception {
    String other = "crm:o" + marker;
    write(name);
    put(
            other,
            Map.of(
                "party",
                name,
                "contactPoints",
                List.of(Map.of("channel", "phone", "value", number))))
        .statusCode(201);
    forbid(other);
    long customer = customers.find(name, clock.now()).orElseThrow();
    long left = customers.find(other, clock.now()).orElseThrow();
    long party = Objects.requireNonNull(customers.partiesOf(List.of(left)).get(left));

    change(
        "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk, model_id, arm,"
            + " opened_at, open_marker) VALUES (0, 1, "
            + party
            + ", "
            + customer
            + ", 'crossing', 0.5, 1, 'hold-out', '2026-03-03', 1)");

    erase(name, null).statusCode(409);
    assertThat(customers.find(name, clock.now())).contains(customer);
    erase(name, "customer").statusCode(200).body("party", equalTo(false));

    assertThat(rows("episode", "customer_id = " + customer)).isZero();
    assertThat(
            rows(
                "episode",
                "party_id = "
                    + party
                    + " AND risk = 0 AND arm = 'hold-out' AND open_marker IS NULL AND closed_at IS"
                    + " NOT NULL"))
        .as("the party's lot and cool-down")
        .isEqualTo(1);

    assertThat(rows("customer", "id = " + customer)).isZero();
    assertThat(rows("contact_point", "party_id = " + party)).isEqualTo(1);
    assertThat(rows("do_not_contact", "party_id = " + party)).isEqualTo(1);
    // The party that the other customer had before went with it, and goes with this one.
    long joined = number("SELECT id FROM party WHERE merged_into = " + party);
    erase(other, "party").statusCode(200).body("party", equalTo(true));
    assertThat(rows("contact_point", "party_id = " + party)).isZero();
    assertThat(rows("episode", "party_id = " + party)).isZero();
    assertThat(rows("party", "id = " + joined)).isZero();
    assertThat(rows("do_not_contact", "party_id = " + party)).isZero();

    put(
            "crm:n" + marker,
            Map.of("contactPoints", List.of(Map.of("channel", "phone", "value", number))))
        .statusCode(201);
    given()
        .get("/api/v1/customers/{name}/contactability", "crm:n" + marker)
        .then()
        .statusCode(200)
        .body("allowed", equalTo(false))
        .body("rules.find { it.rule == 'do-not-contact' }.verdict", equalTo("blocks"));
  }

  @Test
  void whatIsSaidOfOthersIsNotExported() {
    write(name);
    String own = "{\"id\":1,\"customer\":\"" + name + "\",\"occurredAt\":\"" + START + "\"}";
    poison(null, own);
    poison(null, "[" + own + ",{\"customer\":\"crm:o" + marker + "\"}]");

    given()
        .get("/api/v1/customers/{name}/export", name)
        .then()
        .statusCode(200)
        .body("unreadMessages", hasSize(2))
        .body("unreadMessages.findAll { it.message == null }", hasSize(1))
        .body(
            "unreadMessages.find { it.message == null }.position",
            containsString(Topics.EVENTS + "/"))
        .body("unreadMessages.find { it.message != null }.message", equalTo(own))
        .body(not(containsString("crm:o" + marker)));
    erase(name, null).statusCode(200);
  }

  /** A name that meant the person once, and one that means somebody else now. */
  @Test
  void formerNamesAreSoughtAndNotTakenFromThoseWhoHaveThemNow() throws Exception {
    String former = "crm:f" + marker;
    String recycled = "crm:r" + marker;
    write(name);
    long customer = customers.find(name, clock.now()).orElseThrow();
    put("crm:n" + marker, Map.of()).statusCode(201);
    long other = customers.find("crm:n" + marker, clock.now()).orElseThrow();
    was(former, START.minus(Duration.ofDays(9)), START, customer);
    was(recycled, START.minus(Duration.ofDays(9)), START, customer);
    was(recycled, START, null, other);
    poison(null, "broken \"" + former + "\" {");
    poison(null, "broken \"" + recycled + "\" {");
    for (String key : List.of(name, recycled)) {
      change(
          "INSERT INTO outbox (topic, message_key, type, payload, created_at, due_at) VALUES ('"
              + Topics.RISK
              + "', '"
              + key
              + "', 'risk.changed', '{}', '2026-01-01', '2100-01-01')");
    }

    erase(name, null).statusCode(200);
    poison(null, "broken again \"" + former + "\" {");

    assertThat(rows("quarantine", "payload LIKE '%" + former + "%'")).isZero();
    assertThat(rows("quarantine", "payload LIKE '%" + recycled + "%'")).isEqualTo(1);
    assertThat(rows("outbox", "message_key = '" + name + "'")).isZero();
    assertThat(rows("outbox", "message_key = '" + recycled + "'")).isEqualTo(1);
    change("DELETE FROM outbox WHERE message_key = '" + recycled + "'");
    assertThat(readmitted(former, "came back").getStatusCode())
        .as("no bar holds now")
        .isEqualTo(404);
    erase("crm:n" + marker, null).statusCode(200);
    assertThat(rows("quarantine", "payload LIKE '%" + recycled + "%'")).isZero();
  }

  private void was(String named, Instant from, @Nullable Instant to, long customer)
      throws SQLException {
    change(
        "INSERT INTO customer_identifier (namespace, value, valid_from, valid_to, customer_id)"
            + " VALUES ('crm', '"
            + named.substring("crm:".length())
            + "', '"
            + SqlTime.of(from)
            + "', "
            + (to == null ? "NULL" : "'" + SqlTime.of(to) + "'")
            + ", "
            + customer
            + ")");
  }

  /** As if another process had erased whom this one remembers. */
  @Test
  void whomAnotherProcessErasedIsUnknownHereAtOnce() throws Exception {
    String risk = "/api/v1/customers/{name}/risk";
    for (boolean batch : List.of(false, true)) {
      String gone = name + batch;
      put(gone, Map.of()).statusCode(201);
      given().get(risk, gone).then().statusCode(422);
      long customer = customers.find(gone, clock.now()).orElseThrow();
      change("DELETE FROM customer_identifier WHERE customer_id = " + customer);
      change("DELETE FROM customer WHERE id = " + customer);

      if (batch) {
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("customers", List.of(gone)))
            .post("/api/v1/risk:batch")
            .then()
            .statusCode(200)
            .body("results.status", equalTo(List.of(404)));
      } else {
        given().get(risk, gone).then().statusCode(404);
      }
    }
  }

  /** The tables of erasures were kept and put back, as docs/privacy.md says. */
  @Test
  void whoComesBackWithABackupIsErasedByTheNextLook() throws Exception {
    write(name);
    forbid(name);
    long customer = customers.find(name, clock.now()).orElseThrow();
    long party = Objects.requireNonNull(customers.partiesOf(List.of(customer)).get(customer));
    erase(name, null).statusCode(200);
    String key = "number_key = RIGHT('" + number + "', 9)";
    change("DELETE FROM do_not_contact WHERE " + key);
    change("INSERT INTO party (id, created_at) VALUES (" + party + ", '2026-01-01')");
    change(
        "INSERT INTO customer (id, party_id, created_at) VALUES ("
            + customer
            + ", "
            + party
            + ", '2026-01-01')");
    was(name, START, null, customer);
    change(
        "INSERT INTO contact_point (party_id, channel, value, since) VALUES ("
            + party
            + ", 'phone', '"
            + number
            + "', '2026-01-01')");
    change(
        "INSERT INTO do_not_contact (party_id, since, origin, recorded_by) VALUES ("
            + party
            + ", '2026-01-01', 'asked', 'lea')");
    assertThat(left(customer, party)).isNotEmpty();

    change(
        "UPDATE erasure SET swept_next = '2026-01-01' WHERE id = (SELECT erasure_id FROM erased_id"
            + " WHERE kind = 'customer' AND id = "
            + customer
            + ")");
    erasures.sweep();

    await().atMost(WAIT).untilAsserted(() -> assertThat(left(customer, party)).isEmpty());
    assertThat(rows("do_not_contact", key)).as("the number is forbidden again").isEqualTo(1);
  }

  @Test
  void theBellDoesNotWaitForWhoIsErased() throws Exception {
    write(name);
    send(event("e1", START), event("e2", START.plus(Duration.ofDays(1))));
    String of = " FROM customer_state WHERE customer_id = " + customers.find(name, START).get();
    long cell = number("SELECT cell_id" + of);
    long day = number("SELECT used_day" + of);

    erase(name, null).statusCode(200);

    // One more is gone of this day and cell: noted, or added up already.
    String change = String.format("%08x%08x%02x%08x", cell, day, Attendance.LONGEST_GAP + 1, 1);
    await()
        .atMost(WAIT)
        .until(
            () ->
                rows("bell_tally", "INSTR(changes, UNHEX('" + change + "')) > 0")
                        + rows("bell_count", "gone = 1 AND cell_id = " + cell + " AND day = " + day)
                    > 0);
  }

  /** What a database of before the rule has, brought under it as it is migrated. */
  @Test
  void theAuditOfBeforeNamesNobodyAndIsAppendOnlyAgain() throws Exception {
    write(name);
    long customer = customers.find(name, clock.now()).orElseThrow();
    change(
        "INSERT INTO audit (at, actor, action, subject, detail) VALUES ('2026-01-01', 'lea',"
            + " 'receipt-read', 'receipt:1', '"
            + name
            + "'), ('2026-01-01', 'lea', 'risk-explained', '"
            + name
            + "', '2026-01-01'), ('2026-01-01', 'lea', 'consent-recorded', 'crm:g"
            + marker
            + "', 'phone'), ('2026-01-01', 'lea', 'do-not-contact.add', 'number:1', '"
            + marker
            + "')");

    String script =
        Files.readString(
            Path.of("src/main/resources/db/migration/V202611222145__erasure_mends.sql"));
    for (String statement : script.replaceAll("(?m)^--.*$", "").split(";", -1)) {
      if (!statement.isBlank()) {
        change(statement);
      }
    }

    assertThat(holdingMarker("audit")).isFalse();
    assertThat(rows("audit", "action = 'risk-explained' AND subject = 'customer:" + customer + "'"))
        .isEqualTo(1);
    assertThat(rows("audit", "action = 'consent-recorded' AND subject = 'customer'")).isPositive();
    assertThatThrownBy(() -> change("UPDATE audit SET detail = NULL"))
        .hasStackTraceContaining("append-only");
    erase(name, null).statusCode(200);
  }

  @Test
  void theReasonHoldsNoNameInChineseEitherAndIsCheckedWhenANameIsReadmitted() {
    put(name, Map.of("profile", Map.of("name", "王明"))).statusCode(201);
    erase(name, null, "王明要求删除").statusCode(400);
    erase(name, null).statusCode(200);

    for (String reason : List.of("for " + marker, "x".repeat(501), " ")) {
      assertThat(readmitted(name, reason).getStatusCode()).as(reason).isEqualTo(400);
      // As the command does.
      assertThatThrownBy(() -> erasures.readmit(name, reason, "cli:lea"))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("reason");
    }
    assertThat(readmitted(name, "came back").getStatusCode()).isEqualTo(204);
  }

  private static Response readmitted(String named, String reason) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", reason))
        .post("/api/v1/customers/{name}/readmission", named);
  }

  @Test
  void theReasonTellsNobodyAndTheFormAsksForTheName() {
    write(name);
    erase(name, null, "customer " + marker + " asked").statusCode(400);
    String page = "/customers/" + name + "/erasure";
    Response form = given().accept("text/html").get(page);
    form.then().statusCode(200).body(containsString(marker));

    post(form, page, "crm:somebody").then().statusCode(400);
    given().get("/api/v1/customers/{name}", name).then().statusCode(200);
    given().formParam("confirmed", name).formParam("reason", "x").post(page).then().statusCode(400);
    String done = post(form, page, name).then().statusCode(303).extract().header("Location");

    given()
        .accept("text/html")
        .get(done)
        .then()
        .statusCode(200)
        .body(containsString("asked by letter"))
        .body(not(containsString(marker)));
    given().get("/api/v1/customers/{name}", name).then().statusCode(404);
  }

  @Test
  void everyTableIsSpokenOf() throws Exception {
    Set<String> spokenOf = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs", "privacy.md"))) {
      if (line.startsWith("| `")) {
        Matcher table = Pattern.compile("`([a-z_]+)`").matcher(line.split("\\|", -1)[1]);
        while (table.find()) {
          spokenOf.add(table.group(1));
        }
      }
    }
    Set<String> all = new TreeSet<>(columns().keySet());
    all.remove("flyway_schema_history");

    assertThat(spokenOf)
        .as("docs/privacy.md says of each table what becomes of a person's rows")
        .containsExactlyElementsOf(all);
  }

  private Response post(Response form, String page, String confirmed) {
    Matcher token = TOKEN.matcher(form.asString());
    assertThat(token.find()).isTrue();
    return given()
        .redirects()
        .follow(false)
        .cookie("holdfast-form", form.getCookie("holdfast-form"))
        .formParam("form-token", token.group(1))
        .formParam("reason", "asked by letter")
        .formParam("confirmed", confirmed)
        .post(page);
  }

  private void write(String customer) {
    put(
            customer,
            Map.of(
                "zone",
                "Asia/Shanghai",
                "profile",
                Map.of("name", marker, "note", marker),
                "contactPoints",
                List.of(
                    Map.of("channel", "phone", "value", number),
                    Map.of("channel", "email", "value", marker + "@example.org")),
                "consent",
                List.of(Map.of("channel", "phone", "purpose", "retention", "granted", true))))
        .statusCode(201);
  }

  private static ValidatableResponse put(String customer, Map<String, ?> change) {
    return given()
        .contentType(ContentType.JSON)
        .body(change)
        .put("/api/v1/customers/{name}", customer)
        .then();
  }

  private static ValidatableResponse erase(String customer, @Nullable String scope) {
    return erase(customer, scope, "asked by letter");
  }

  private static ValidatableResponse erase(String customer, @Nullable String scope, String reason) {
    Map<String, String> wish = new HashMap<>(Map.of("reason", reason));
    if (scope != null) {
      wish.put("scope", scope);
    }
    return given()
        .contentType(ContentType.JSON)
        .body(wish)
        .post("/api/v1/customers/{name}/erasure", customer)
        .then();
  }

  private void forbid(String customer) {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("customer", customer, "origin", "said " + marker))
        .post("/api/v1/do-not-contact")
        .then()
        .statusCode(201);
  }

  private void forbidAndAllowTheNumber() {
    int entry =
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("number", number, "origin", "said " + marker))
            .post("/api/v1/do-not-contact")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "asked by " + marker))
        .post("/api/v1/do-not-contact/{id}:lift", entry)
        .then()
        .statusCode(204);
  }

  private Event event(String id, Instant at) {
    return new Event(
        id,
        source,
        name,
        "login " + marker,
        EventKind.USAGE,
        at,
        at,
        false,
        1,
        null,
        null,
        marker,
        Map.of("note", marker),
        false);
  }

  private void send(Event... events) {
    log.send(List.of(events));
    applied();
  }

  private void poison(@Nullable String key, String text) {
    broker
        .producer()
        .send(
            new ProducerRecord<>(
                Topics.EVENTS,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                text.getBytes(StandardCharsets.UTF_8)));
    applied();
  }

  private void applied() {
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
  }

  /** Who waits for the state of a customer; others pass what is locked. */
  private long waiting() throws SQLException {
    return number(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%FROM customer_state"
            + " WHERE%FOR UPDATE' AND id <> CONNECTION_ID()");
  }

  /** What rows about the person lead to; removed again, so that no other test meets it. */
  private void ofNobody() throws SQLException {
    campaign = new DeskTables(database).campaign("ended-" + source, START);
    change("UPDATE campaign SET state = 'ended' WHERE id = " + campaign);
    incident =
        number(
            "INSERT INTO incident (kind, subject, conditions, words, customers, since, opened_at,"
                + " held, state) VALUES ('feed', '"
                + source
                + "', '', '', 0, '2026-01-01', '2026-01-01', FALSE, 'resolved') RETURNING id");
    snapshot =
        number(
            "INSERT INTO monitoring_snapshot (day, taken_at, model_id, population, monitored)"
                + " VALUES ('1977-01-01', '1977-01-01', 1, 0, 0) RETURNING id");
  }

  @AfterEach
  void removeWhatIsOfNobody() throws SQLException {
    change("DELETE FROM campaign WHERE id = " + campaign);
    change("DELETE FROM incident WHERE id = " + incident);
    change("DELETE FROM monitoring_snapshot WHERE id = " + snapshot);
  }

  private void change(String sql) throws SQLException {
    new DeskTables(database).change(sql);
  }

  /**
   * Puts a row into each table that has a customer, a party or what leads to one, with the marker
   * in every text: so a new table is asked too, whether or not anything fills it here.
   */
  private Set<String> plantEverywhere(long customer, long party) throws SQLException {
    Map<String, List<Column>> columns = columns();
    Map<String, Long> ids = new HashMap<>();
    ids.put("customer_id", customer);
    ids.put("party_id", party);
    ids.put("source_id", number("SELECT MIN(id) FROM source"));
    ids.put("model_id", number("SELECT MAX(id) FROM model"));
    ids.put("campaign_id", campaign);
    ids.put("incident_id", incident);
    ids.put("snapshot_id", snapshot);
    Set<String> planted = new HashSet<>();
    try (Connection connection = database.getConnection();
        Statement session = connection.createStatement()) {
      session.execute("SET SESSION foreign_key_checks = 0, check_constraint_checks = 0");
      try {
        List<String> order = new ArrayList<>(FIRST);
        columns.keySet().stream().filter(table -> !FIRST.contains(table)).forEach(order::add);
        for (String table : order) {
          boolean leads =
              columns.getOrDefault(table, List.of()).stream()
                  .map(Column::name)
                  .anyMatch(
                      Set.of(
                              "customer_id",
                              "party_id",
                              "episode_id",
                              "call_task_id",
                              "attempt_id",
                              "outcome_id")
                          ::contains);
          if (leads && !NOT_PLANTED.contains(table)) {
            ids.put(
                idOf(table),
                plant(connection, columns.getOrDefault(table, List.of()), ids, marker));
            planted.add(table);
          }
        }
      } finally {
        session.execute("SET SESSION foreign_key_checks = 1, check_constraint_checks = 1");
      }
    }
    return planted;
  }

  private static String idOf(String table) {
    return table.equals("contact_attempt") ? "attempt_id" : table + "_id";
  }

  private static long plant(
      Connection connection, List<Column> columns, Map<String, Long> ids, String text)
      throws SQLException {
    Map<String, Object> values = new LinkedHashMap<>();
    boolean numbered = false;
    for (Column column : columns) {
      if (column.extra().contains("auto_increment")) {
        numbered = true;
      } else if (!column.extra().contains("GENERATED")) {
        Long id = ids.get(column.name());
        values.put(column.name(), id != null ? id : value(column, text));
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO "
                + columns.get(0).table()
                + " ("
                + String.join(", ", values.keySet())
                + ") VALUES ("
                + "?, ".repeat(values.size() - 1)
                + "?)",
            Statement.RETURN_GENERATED_KEYS)) {
      int at = 1;
      for (Object value : values.values()) {
        insert.setObject(at++, value);
      }
      insert.executeUpdate();
      try (ResultSet key = insert.getGeneratedKeys()) {
        return numbered && key.next() ? key.getLong(1) : 0;
      }
    }
  }

  private static Object value(Column column, String text) {
    Matcher length = Pattern.compile("\\((\\d+)").matcher(column.definition());
    int longest = length.find() ? Integer.parseInt(length.group(1)) : 200;
    return switch (column.type()) {
      case "varchar", "char", "text", "mediumtext", "longtext" ->
          text.substring(0, Math.min(longest, text.length()));
      case "binary", "varbinary", "blob", "mediumblob", "longblob" ->
          text.substring(0, Math.min(longest, text.length())).getBytes(StandardCharsets.UTF_8);
      case "datetime", "timestamp" -> "2026-01-01 00:00:00";
      case "date" -> "2026-01-01";
      // A number of no other row, where a column has to be unique.
      case "int", "bigint" -> 1_500_000_000 + Math.floorMod(text.hashCode(), 500_000_000);
      default -> 1;
    };
  }

  /** Where the marker, or a number of the person in its column, still is. */
  private Collection<String> left(long customer, long party) throws SQLException {
    Set<String> left = new TreeSet<>();
    for (Map.Entry<String, List<Column>> table : columns().entrySet()) {
      if (holdingMarker(table.getKey())) {
        left.add(table.getKey() + " has the marker");
      }
      if (!KEEP_NUMBERS.contains(table.getKey()) && holding(table.getKey(), customer, party)) {
        left.add(table.getKey() + " has the number");
      }
    }
    return left;
  }

  private boolean holdingMarker(String table) throws SQLException {
    StringBuilder where = new StringBuilder("FALSE");
    for (Column column : columns().getOrDefault(table, List.of())) {
      switch (column.type()) {
        case "varchar", "char", "text", "mediumtext", "longtext" ->
            where.append(" OR `" + column.name() + "` LIKE '%" + marker + "%'");
        case "binary", "varbinary", "blob", "mediumblob", "longblob" ->
            where.append(" OR INSTR(`" + column.name() + "`, BINARY '" + marker + "') > 0");
        default -> {
          // Numbers and instants hold no text.
        }
      }
    }
    return rows(table, where.toString()) > 0;
  }

  private boolean holding(String table, long customer, long party) throws SQLException {
    StringBuilder where = new StringBuilder("FALSE");
    for (Column column : columns().getOrDefault(table, List.of())) {
      if (column.name().equals("customer_id")) {
        where.append(" OR customer_id = " + customer);
      } else if (column.name().equals("party_id")) {
        where.append(" OR party_id = " + party);
      }
    }
    return rows(table, where.toString()) > 0;
  }

  /** Read once: the server makes a table on disk of each such question. */
  private Map<String, List<Column>> columns() throws SQLException {
    if (!columns.isEmpty()) {
      return columns;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.table_name, c.column_name, c.data_type, c.column_type, c.extra FROM"
                    + " information_schema.columns c JOIN information_schema.tables t ON"
                    + " t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE"
                    + " c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' ORDER BY"
                    + " c.table_name, c.ordinal_position");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getString(1), table -> new ArrayList<>())
            .add(
                new Column(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5)));
      }
    }
    return columns;
  }

  private long rows(String table, String where) throws SQLException {
    return number("SELECT COUNT(*) FROM `" + table + "` WHERE " + where);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
