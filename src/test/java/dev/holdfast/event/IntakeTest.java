package dev.holdfast.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Roles;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestSecurity(
    user = "intake",
    roles = {Roles.SERVICE, Roles.OPERATOR})
class IntakeTest {

  @Inject EventLog log;
  @Inject Sources sources;
  @Inject Quarantine quarantine;
  @Inject DataSource database;

  private static String event(String id) {
    return "{\"id\":\""
        + id
        + "\",\"source\":\"intake-test\",\"customer\":\"crm:7\",\"name\":\"login\","
        + "\"occurredAt\":\"2026-03-01T11:00:00Z\"}";
  }

  private long messages() {
    return log.endOffsets().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void anEventIsOnTheLogWhenItIsAccepted() {
    long before = messages();
    given()
        .contentType(ContentType.JSON)
        .body(event(UUID.randomUUID().toString()))
        .post("/api/v1/events")
        .then()
        .statusCode(202)
        .body("accepted", equalTo(1));
    assertThat(messages()).isGreaterThanOrEqualTo(before + 1);
  }

  @Test
  void oneBadEventStopsItsWholeRequestAndIsPointedAt() {
    String source = "all-or-nothing-" + UUID.randomUUID();
    String body = "[" + event("1") + "," + event("2").replace("crm:7", "7") + ",{}]";
    given()
        .contentType(ContentType.JSON)
        .body(body.replace("intake-test", source))
        .post("/api/v1/events")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("errors", hasSize(2))
        .body("errors[0].pointer", equalTo("/1"))
        .body("errors[0].reason", equalTo("bad-field"))
        .body("errors[0].detail", containsString("namespace:value"))
        .body("errors[1].pointer", equalTo("/2"));
    assertThat(sources.byName(source)).isEmpty();
  }

  @Test
  void whatIsTooMuchOrNoJsonIsRefusedClearly() {
    String many =
        IntStream.range(0, 2_501).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]"));
    given().contentType(ContentType.JSON).body(many).post("/api/v1/events").then().statusCode(413);
    given()
        .contentType(ContentType.JSON)
        .body("[\"" + "x".repeat(600_000) + "\"]")
        .post("/api/v1/events")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
    given()
        .contentType(ContentType.TEXT)
        .body(event("1"))
        .post("/api/v1/events")
        .then()
        .statusCode(415);
    given().contentType(ContentType.JSON).body("[]").post("/api/v1/events").then().statusCode(400);
    given().contentType(ContentType.JSON).post("/api/v1/events").then().statusCode(400);
    given()
        .contentType(ContentType.JSON)
        .body("{\"id\":NaN}")
        .post("/api/v1/events")
        .then()
        .statusCode(400)
        .body("errors[0].reason", equalTo("not-json"));
    given()
        .contentType(ContentType.JSON)
        .body(
            "["
                + event("1").replace("}", ",\"properties\":{\"a\":\"" + "y".repeat(33_000) + "\"}}")
                + "]")
        .post("/api/v1/events")
        .then()
        .statusCode(400)
        .body("errors[0].reason", equalTo("too-large"));
  }

  @Test
  void aSourceIsDeclaredAndCompleted() {
    String name = "feed-" + UUID.randomUUID();
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "cadence", "daily"))
        .put("/api/v1/sources")
        .then()
        .statusCode(200)
        .body("maxSilence", equalTo("PT48H"))
        .body("watermark", nullValue());
    given()
        .contentType(ContentType.JSON)
        .urlEncodingEnabled(false)
        .body(Map.of("through", "2026-03-01T00:00:00Z"))
        .post("/api/v1/sources/" + name + ":complete")
        .then()
        .statusCode(200)
        .body("watermark", equalTo("2026-03-01T00:00:00Z"));
    given()
        .contentType(ContentType.JSON)
        .urlEncodingEnabled(false)
        .body(Map.of("through", "2999-03-01T00:00:00Z"))
        .post("/api/v1/sources/" + name + ":complete")
        .then()
        .statusCode(422);
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "cadence", "weekly"))
        .put("/api/v1/sources")
        .then()
        .statusCode(400)
        .body("detail", containsString("stream, hourly or daily"));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "cadence", "daily", "watermark", "2026-03-01T00:00:00Z"))
        .put("/api/v1/sources")
        .then()
        .statusCode(400);
    given().get("/api/v1/sources").then().statusCode(200);
  }

  @Test
  void aBatchIsBookedAndMovesTheWatermarkOfAStream() throws SQLException, BadEvent {
    int id = sources.idOf("stream-" + UUID.randomUUID());
    SourceBatch batch = new SourceBatch();
    EventFacts news = EventFacts.arrivedAt(Instant.parse("2026-03-02T00:00:00Z"));
    batch.applied(EventJson.parse(event("1").getBytes(StandardCharsets.UTF_8), news));
    batch.duplicate();
    batch.quarantined(2);
    Watermark watermark =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  try (Connection connection = database.getConnection()) {
                    return sources.record(connection, Map.of(id, batch)).get(id);
                  }
                });
    assertThat(watermark).isEqualTo(sources.watermark(id));
    assertThat(watermark.reached()).isEqualTo(Instant.parse("2026-03-01T11:00:00Z"));
    assertThat(sources.byName(sources.nameOf(id)).orElseThrow().books())
        .isEqualTo(new Source.Books(4, 1, 1, 2, 0, 0));
  }

  @Test
  void aMessageIsPutAsideOnceAndReplayedOnceAndTheBooksFollow() throws SQLException {
    int id = sources.idOf("poison-" + UUID.randomUUID());
    String topic = "test-" + UUID.randomUUID();
    Quarantine.Entry entry =
        new Quarantine.Entry(
            new Quarantine.Position(topic, 1, 42),
            id,
            BadEvent.Reason.NOT_JSON,
            "at /amount: NaN",
            null,
            "{\"amount\":NaN}".getBytes(StandardCharsets.UTF_8),
            null);
    for (int i = 0; i < 2; i++) {
      QuarkusTransaction.requiringNew()
          .call(
              () -> {
                try (Connection connection = database.getConnection()) {
                  Map<Integer, Integer> added = quarantine.add(connection, List.of(entry, entry));
                  SourceBatch batch = new SourceBatch();
                  batch.quarantined(added.getOrDefault(id, 0));
                  return sources.record(connection, Map.of(id, batch));
                }
              });
    }
    assertThat(books(id)).isEqualTo(new Source.Books(1, 0, 0, 1, 0, 0));

    given()
        .get("/api/v1/quarantine?limit=1")
        .then()
        .statusCode(200)
        .body("[0].topic", equalTo(topic))
        .body("[0].reason", equalTo("not-json"))
        .body("[0].payload", equalTo("{\"amount\":NaN}"));
    long before = messages();
    given()
        .urlEncodingEnabled(false)
        .post("/api/v1/quarantine/" + topic + "/1/42:replay")
        .then()
        .statusCode(204);
    assertThat(messages()).isGreaterThanOrEqualTo(before + 1);
    assertThat(books(id)).isEqualTo(new Source.Books(0, 0, 0, 0, 0, 0));
    given()
        .urlEncodingEnabled(false)
        .post("/api/v1/quarantine/" + topic + "/1/42:replay")
        .then()
        .statusCode(409);
    given()
        .urlEncodingEnabled(false)
        .post("/api/v1/quarantine/" + topic + "/1/43:replay")
        .then()
        .statusCode(404);
  }

  private Source.Books books(int id) {
    return sources.byName(sources.nameOf(id)).orElseThrow().books();
  }

  @Test
  void sourcesDifferByCaseAndKeepTheirIds() {
    int lower = sources.idOf("case-a");
    assertThat(sources.idOf("CASE-A")).isNotEqualTo(lower);
    assertThat(sources.idOf("case-a")).isEqualTo(lower);
    assertThat(sources.declare("case-a", Cadence.HOURLY, Duration.ofHours(5)).maxSilence())
        .isEqualTo(Duration.ofHours(5));
  }
}
