package dev.holdfast.warning;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.access.Roles;
import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Topics;
import dev.holdfast.testsupport.Published;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do with an incident, and who is told. */
@QuarkusTest
@TestSecurity(
    user = "olga",
    roles = {Roles.OPERATOR})
class WarningsTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject AppliedOffsets applied;
  @Inject Sources sources;
  @Inject BusinessClocks clocks;
  @Inject FeedWatch watch;
  @Inject Incidents incidents;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "watched-" + run;

  @BeforeEach
  void oneCustomerOfOneSource() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement clear = connection.prepareStatement("DELETE FROM customer_state")) {
      clear.executeUpdate();
    }
    clocks.fix(START);
    sources.declare(source, Cadence.STREAM, Duration.ofHours(6));
    usage(START);
  }

  @Test
  void aPersonFollowsAnIncidentToItsEndAndIsNotAskedAgain() {
    look(START.plus(Duration.ofHours(6)));
    assertThat(source().feed().incident()).isNull();
    look(START.plus(Duration.ofHours(7)));
    long id = Objects.requireNonNull(source().feed().incident());
    assertThat(source().feed().doubted()).isTrue();
    assertThat(source().feed().health()).isEqualTo("silent");
    assertThat(source().feed().customers()).isEqualTo(1);

    given()
        .get("/api/v1/warnings")
        .then()
        .statusCode(200)
        .body("id", hasItem((int) id))
        .body("find { it.id == " + id + " }.subject", equalTo("source:" + source));
    given()
        .get("/api/v1/warnings/feeds")
        .then()
        .statusCode(200)
        .body("find { it.source == '" + source + "' }.incident", equalTo((int) id));
    post(id, "acknowledge", null)
        .statusCode(200)
        .body("state", equalTo("acknowledged"))
        .body("owner", equalTo("olga"));
    post(id, "assign", "{\"owner\": \"nils\"}").statusCode(200).body("owner", equalTo("nils"));
    post(id, "comment", "{\"text\": \"the vendor was called\"}").statusCode(200);
    post(id, "resolve", "{\"cause\": \" \"}")
        .statusCode(400)
        .contentType("application/problem+json");
    post(id, "resolve", "{\"cause\": \"closed for the day\"}")
        .statusCode(200)
        .body("state", equalTo("resolved"))
        .body("resolvedBy", equalTo("olga"));
    post(id, "resolve", "{\"cause\": \"again\"}")
        .statusCode(409)
        .body("detail", startsWith("Incident " + id + " was resolved"));
    given().get("/api/v1/warnings/{id}", 999_999).then().statusCode(404);

    assertThat(incidents.get(id).history())
        .extracting(Incident.Entry::action)
        .containsExactly("opened", "acknowledged", "assigned", "commented", "resolved");
    assertThat(source().feed().doubted()).isFalse();
    look(START.plus(Duration.ofHours(8)));
    assertThat(source().feed().incident()).as("a person said that it is right").isNull();

    usage(START.plus(Duration.ofHours(9)));
    sources.completeThrough(source, START.plus(Duration.ofHours(9)));
    look(START.plus(Duration.ofHours(10)));
    look(START.plus(Duration.ofHours(16)));
    assertThat(source().feed().incident()).as("what is new is told").isNotNull().isNotEqualTo(id);
    assertThat(messages(3))
        .containsSubsequence("incident.opened", "incident.acknowledged", "incident.resolved");
  }

  @Test
  void theWatermarkStandsStillUntilTheGapHasSettled() {
    look(START.plus(Duration.ofHours(7)));
    Instant back = START.plus(Duration.ofHours(8));
    usage(back);
    sources.completeThrough(source, back);
    look(back);
    assertThat(source().feed().doubted()).as("it comes back, and more may come").isTrue();
    assertThat(source().watermark().reached()).isEqualTo(START);
    assertThat(source().feed().reported()).isEqualTo(back);

    look(back.plus(Duration.ofHours(1)));
    assertThat(source().feed().incident()).isNull();
    assertThat(source().watermark().reached()).isEqualTo(back);
  }

  @Test
  void aSourceThatNeverReportedAnybodysUseHasNoIncident() {
    String other = "complaints-" + run;
    log.send(List.of(event(other, START, EventKind.INTERACTION)));
    waitUntilApplied();

    look(START.plus(Duration.ofDays(9)));

    assertThat(sources.byName(other).orElseThrow().watermark().reached()).isEqualTo(START);
    assertThat(sources.byName(other).orElseThrow().feed().incident()).isNull();
  }

  private Source source() {
    return sources.byName(source).orElseThrow();
  }

  private void look(Instant now) {
    clocks.fix(now);
    assertThat(watch.look()).isTrue();
  }

  private void usage(Instant at) {
    clocks.fix(at);
    log.send(List.of(event(source, at, EventKind.USAGE)));
    waitUntilApplied();
  }

  private Event event(String from, Instant at, EventKind kind) {
    return new Event(
        run + at,
        from,
        "test:watched-" + run,
        "login",
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

  private void waitUntilApplied() {
    Map<Integer, Long> ends = log.endOffsets();
    await().atMost(Duration.ofSeconds(60)).until(() -> applied.missing(ends) == 0);
  }

  private static ValidatableResponse post(long id, String action, @Nullable String body) {
    var request = given().contentType(ContentType.JSON);
    return (body == null ? request : request.body(body))
        .post("/api/v1/warnings/" + id + ":" + action)
        .then();
  }

  /** The types of the messages about this source, in order. */
  private List<String> messages(int count) {
    return Published.on(
            kafka, Topics.WARNINGS, message -> message.key().equals("source:" + source), count)
        .stream()
        .map(Published::type)
        .toList();
  }
}
