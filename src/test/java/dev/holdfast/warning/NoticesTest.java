package dev.holdfast.warning;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.access.UserEmails;
import dev.holdfast.access.Users;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.testsupport.MailServer;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Owners are told by a real mail server: once, within the hours, whatever dies in between. */
@QuarkusTest
@QuarkusTestResource(
    value = MailServer.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(
          name = "holdfast.warnings.owners",
          value =
              "feed source:refused -> petra; feed source:later -> lars; feed source:mute -> otto; *"
                  + " -> nils"),
      @ResourceArg(name = "holdfast.warnings.hours", value = "08:00-20:00"),
      @ResourceArg(name = "holdfast.mail.patience", value = "5S"),
      @ResourceArg(name = "holdfast.warnings.urgent-from", value = "0.9"),
      @ResourceArg(name = "holdfast.warnings.address", value = "https://holdfast.example")
    })
@TestSecurity(
    user = "olga",
    roles = {Roles.OPERATOR})
class NoticesTest {

  private static final Instant MORNING = Instant.parse("2026-03-03T09:00:00Z");
  private static final Instant NIGHT = Instant.parse("2026-03-03T22:00:00Z");
  private static final Instant NEXT_DAY = Instant.parse("2026-03-04T08:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(1);

  @Inject DataSource database;
  @Inject Users users;
  @Inject UserEmails emails;
  @Inject Sources sources;
  @Inject BusinessClock clock;
  @Inject BusinessClocks clocks;
  @Inject Incidents incidents;
  @Inject Notices notices;
  @Inject NoticeQueue queue;
  @Inject NoticeRelay relay;

  private final String run = UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void nobodyWasToldAnything() throws SQLException, IOException {
    execute("DELETE FROM notice");
    execute("DELETE FROM notice_digest");
    execute("INSERT INTO notice_digest (day) VALUES ('2026-03-03')");
    execute("UPDATE incident SET state = 'resolved', open_marker = NULL");
    List<String> known = users.list().stream().map(Users.User::name).toList();
    for (String name : List.of("nils", "petra", "lars", "otto")) {
      if (!known.contains(name)) {
        users.create(name, "only-for-tests-1234", List.of(Roles.OPERATOR), "test");
      }
    }
    emails.set("nils", "nils@ops.example", "test");
    emails.set("petra", "refused-petra@ops.example", "test");
    emails.set("lars", "later-lars@ops.example", "test");
    emails.set("otto", null, "test");
    clocks.fix(MORNING);
    MailServer.forget();
  }

  @Test
  void oneMessageForAnIncidentThoughAProcessDiesBeforeItIsSent() throws Exception {
    Incident incident = open("app", FeedCondition.THIN);
    assertThat(incident.owner()).as("by rule").isEqualTo("nils");

    assertThat(queue.claim(LEASE)).as("a relay that dies now").isPresent();
    assertThat(relay.relay()).as("nobody sends what another may be sending").isZero();
    fallDue();
    assertThat(relay.relay()).isEqualTo(1);
    fallDue();
    assertThat(relay.relay()).isZero();

    assertThat(MailServer.taken()).hasSize(1);
    String mail = MailServer.taken().get(0);
    assertThat(mail)
        .startsWith("nils@ops.example\n")
        .contains("Subject: Incident " + incident.id() + " opened: source:app-" + run)
        .contains("From: holdfast@service.example", "Auto-Submitted: auto-generated")
        .contains("https://holdfast.example/warnings/" + incident.id());
    assertThat(mail.lines().filter(line -> line.startsWith("Message-ID: "))).hasSize(1);
  }

  @Test
  void anIncidentThatIsRolledBackTellsNobody() throws Exception {
    Source source = source("app");
    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          open(source, FeedCondition.THIN);
                          throw Problem.conflict("killed before the commit");
                        }))
        .isInstanceOf(Problem.class);

    assertThat(relay.relay()).isZero();
    assertThat(notices.list(null, 10)).isEmpty();
  }

  @Test
  void aRepeatAfterTheServerTookItHasTheSameNumber() throws Exception {
    open("app", FeedCondition.THIN);
    relay.relay();
    execute("UPDATE notice SET state = 'waiting', due_at = UTC_TIMESTAMP(6)");
    relay.relay();

    List<String> numbers =
        MailServer.taken().stream()
            .map(mail -> mail.lines().filter(line -> line.startsWith("Message-ID: ")).findFirst())
            .map(line -> line.orElse("none"))
            .toList();
    assertThat(numbers).hasSize(2);
    assertThat(numbers.get(0)).isEqualTo(numbers.get(1)).contains("@service.example>");
  }

  @RepeatedTest(20)
  void twoRelaysSendEachMessageOnce() throws Exception {
    for (int i = 0; i < 12; i++) {
      open("app" + i, FeedCondition.THIN);
    }
    ExecutorService replicas = Executors.newFixedThreadPool(2);
    try {
      Callable<Integer> one = relay::relay;
      int sent = 0;
      for (Future<Integer> result : replicas.invokeAll(List.of(one, one))) {
        sent += result.get();
      }
      assertThat(sent).isEqualTo(12);
    } finally {
      replicas.shutdownNow();
    }
    assertThat(MailServer.taken()).hasSize(12).doesNotHaveDuplicates();
  }

  @Test
  void theHoursDelayTheMessageAndNotTheIncident() throws Exception {
    clocks.fix(NIGHT);
    Incident waits = open("app", FeedCondition.THIN);
    Incident urgent = open("billing", FeedCondition.SILENT);
    assertThat(waits.state()).isEqualTo(Incident.State.OPEN);

    relay.relay();
    assertThat(MailServer.taken()).hasSize(1);
    assertThat(MailServer.taken().get(0)).contains("Incident " + urgent.id() + " opened");
    given()
        .get("/api/v1/warnings/notices?incident=" + waits.id())
        .then()
        .statusCode(200)
        .body("state", equalTo(List.of("waiting")))
        .body("recipient", equalTo(List.of("nils")))
        .body("notBefore", equalTo(List.of(NEXT_DAY.toString())));

    clocks.fix(NEXT_DAY);
    relay.relay();
    assertThat(MailServer.taken())
        .anyMatch(mail -> mail.contains("Subject: Incident " + waits.id() + " opened"));
  }

  @Test
  void whatIsOverBeforeTheHoursIsInTheDigestAlone() throws Exception {
    clocks.fix(NIGHT);
    Incident passed = open("app", FeedCondition.THIN);
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(passed.id(), NIGHT.plusSeconds(600), "holdfast", "back"));

    clocks.fix(NEXT_DAY);
    relay.relay();
    clocks.fix(NEXT_DAY.plus(Duration.ofDays(1)));
    relay.relay();

    assertThat(MailServer.taken()).hasSize(1);
    assertThat(MailServer.taken().get(0))
        .contains("Subject: Warnings of 2026-03-04: 0 open")
        .contains("Incident " + passed.id() + " opened: source:app-" + run)
        .contains("it was over before");
  }

  @Test
  void theDigestTellsOnceADayWhatIsOpenAndWhatWasHeldBack() throws Exception {
    Incident first = open("app", FeedCondition.THIN);
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(first.id(), MORNING, "holdfast", "back"));
    Incident again = open(source("app"), FeedCondition.THIN);
    relay.relay();
    assertThat(MailServer.taken()).as("the first was over, the second is news").hasSize(1);
    Incident third;
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(again.id(), MORNING, "holdfast", "back"));
    third = open(source("app"), FeedCondition.THIN);
    MailServer.forget();

    relay.relay();
    assertThat(MailServer.taken())
        .as("the end of what was told, and nothing of the same subject again")
        .hasSize(1)
        .allMatch(mail -> mail.contains("Incident " + again.id() + " resolved"));
    MailServer.forget();
    clocks.fix(NEXT_DAY.minusSeconds(60));
    assertThat(relay.relay()).as("before the hours").isZero();
    clocks.fix(NEXT_DAY);
    relay.relay();
    clocks.fix(NEXT_DAY.plus(Duration.ofHours(3)));
    relay.relay();

    assertThat(MailServer.taken()).hasSize(1);
    assertThat(MailServer.taken().get(0))
        .contains("Subject: Warnings of 2026-03-04: 1 open")
        .contains(third.id() + "  source:app-" + run)
        .contains("told of within 24 hours");
  }

  @Test
  void aRefusedMessageStaysVisibleAndOnePutOffIsTriedAgain() throws Exception {
    open("refused", FeedCondition.THIN);
    open("later", FeedCondition.THIN);
    open("mute", FeedCondition.THIN);

    assertThat(relay.relay()).isZero();
    assertThat(notices.list(null, 10))
        .extracting(Notice::recipient, Notice::state, Notice::why)
        .containsExactly(
            tuple(
                "otto",
                Notice.State.WAITING,
                "otto has no e-mail address: holdfast users email otto ADDRESS"),
            tuple("lars", Notice.State.WAITING, "the mail server answered 451"),
            tuple("petra", Notice.State.REFUSED, "the mail server answered 550"));

    MailServer.open();
    assertThat(relay.relay()).as("not at once").isZero();
    fallDue();
    emails.set("otto", "otto@ops.example", "test");
    assertThat(relay.relay()).isEqualTo(2);
    assertThat(notices.list(null, 10))
        .extracting(Notice::state)
        .containsExactly(Notice.State.SENT, Notice.State.SENT, Notice.State.REFUSED);
  }

  @Test
  void aRefusedMessageIsSentAgainByAWord() throws Exception {
    open("refused", FeedCondition.THIN);
    relay.relay();
    long refused = notices.list(null, 1).get(0).id();
    emails.set("petra", "petra@ops.example", "test");
    given().post("/api/v1/warnings/notices/" + refused + ":retry").then().statusCode(204);
    assertThat(relay.relay()).isEqualTo(1);
    given().post("/api/v1/warnings/notices/" + refused + ":retry").then().statusCode(409);
    given().post("/api/v1/warnings/notices/999999999:retry").then().statusCode(404);
  }

  @Test
  void aServerThatRefusesUsIsNoReasonToGiveAMessageUp() throws Exception {
    open("app", FeedCondition.THIN);
    MailServer.refuseUs();
    assertThat(relay.relay()).isZero();
    assertThat(notices.list(null, 10))
        .extracting(Notice::state, Notice::why)
        .containsExactly(tuple(Notice.State.WAITING, "the mail server answered 550"));

    MailServer.open();
    fallDue();
    assertThat(relay.relay()).isEqualTo(1);
  }

  @Test
  void whatASlowServerMayStillTakeIsNotSentAgainAtOnce() throws Exception {
    emails.set("lars", "slow-lars@ops.example", "test");
    open("later", FeedCondition.THIN);
    assertThat(relay.relay()).isZero();
    assertThat(
            number(
                "SELECT COUNT(*) FROM notice WHERE state = 'waiting' AND due_at >"
                    + " UTC_TIMESTAMP(6) + INTERVAL 30 SECOND"))
        .isEqualTo(1);
    // What was given up is over: a late answer must not send it after all.
    await().atMost(Duration.ofSeconds(30)).until(MailServer::hungUp);
  }

  @Test
  void theHoursHoldForAFurtherAttemptToo() throws Exception {
    open("later", FeedCondition.THIN);
    relay.relay();
    MailServer.open();
    fallDue();
    clocks.fix(NIGHT);
    assertThat(relay.relay()).isZero();
    clocks.fix(NEXT_DAY);
    relay.relay();
    assertThat(MailServer.taken()).anyMatch(mail -> mail.contains("opened: source:later"));
  }

  @Test
  void theEndOfWhatIsOnItsWayIsToldToo() throws Exception {
    Incident incident = open("later", FeedCondition.THIN);
    relay.relay();
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(incident.id(), MORNING, "holdfast", "back"));
    MailServer.open();
    fallDue();
    assertThat(relay.relay()).as("that it opened, and that it is over").isEqualTo(2);
  }

  @Test
  void whoAcknowledgedWithoutAMessageIsToldOfTheEnd() throws Exception {
    Incident first = open("app", FeedCondition.THIN);
    relay.relay();
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(first.id(), MORNING, "holdfast", "back"));
    Incident again = open(source("app"), FeedCondition.THIN);
    QuarkusTransaction.requiringNew().run(() -> incidents.acknowledge(again.id(), null, "nils"));
    relay.relay();
    MailServer.forget();
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.end(again.id(), MORNING, "holdfast", "back"));
    assertThat(relay.relay()).isEqualTo(1);
    assertThat(MailServer.taken().get(0)).contains("Incident " + again.id() + " resolved");
  }

  @Test
  void theDigestTellsOfAllThatItTakesOffHoweverMuch() throws Exception {
    for (int i = 0; i < 250; i++) {
      execute(
          "INSERT INTO notice (incident_id, occasion, recipient, title, body, urgent, created_at,"
              + " not_before, due_at, state, why) VALUES ("
              + (1_000_000 + i)
              + ", 'opened', 'nils', REPEAT('x', 200), '', FALSE, UTC_TIMESTAMP(6),"
              + " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'held-back', REPEAT('y', 400))");
    }
    clocks.fix(NEXT_DAY);
    assertThat(relay.relay()).isEqualTo(1);
    assertThat(MailServer.taken().get(0))
        .contains("250 held back", "and 50 more", "holdfast.example/warnings");
    assertThat(number("SELECT COUNT(*) FROM notice WHERE state = 'digested'")).isEqualTo(250);
  }

  @Test
  void whoMayNotSignInAnyMoreGetsNoMail() throws Exception {
    execute("UPDATE user_account SET disabled = TRUE WHERE name = 'nils'");
    try {
      open("app", FeedCondition.THIN);
      assertThat(relay.relay()).isZero();
      assertThat(notices.list(null, 1).get(0).why()).isEqualTo("nils may not sign in any more");
    } finally {
      execute("UPDATE user_account SET disabled = FALSE WHERE name = 'nils'");
    }
  }

  @Test
  void whoIsAssignedIsToldAndNobodyOfWhatTheyDidThemselves() throws Exception {
    Incident incident = open("later", FeedCondition.THIN);
    MailServer.open();
    relay.relay();
    MailServer.forget();

    QuarkusTransaction.requiringNew().run(() -> incidents.assign(incident.id(), "nils", "olga"));
    QuarkusTransaction.requiringNew().run(() -> incidents.assign(incident.id(), "nils", "olga"));
    relay.relay();
    assertThat(MailServer.taken()).hasSize(1);
    assertThat(MailServer.taken().get(0))
        .startsWith("nils@ops.example\n")
        .contains("olga assigned this incident to you");
    QuarkusTransaction.requiringNew()
        .run(() -> incidents.resolve(incident.id(), "a broken cable", false, "nils"));
    relay.relay();
    assertThat(MailServer.taken()).as("nils knows what nils did").hasSize(1);
  }

  @Test
  void nothingButAnAddressBecomesOne() {
    for (String no :
        List.of("nils", "nils@", "@ops", "a b@ops.example", "a@b\r\nBcc: c@d", "a@-ops", "<a@b>")) {
      assertThatThrownBy(() -> emails.set("nils", no, "test"))
          .as(no)
          .isInstanceOf(Problem.class)
          .hasMessageContaining("name@host");
    }
    assertThatThrownBy(() -> emails.set("nobody-" + run, "a@b.example", "test"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("There is no user");
  }

  private Incident open(String name, FeedCondition condition) {
    return open(source(name), condition);
  }

  private Source source(String name) {
    sources.declare(name + "-" + run, Cadence.STREAM, Duration.ofHours(6));
    return sources.byName(name + "-" + run).orElseThrow();
  }

  private Incident open(Source source, FeedCondition condition) {
    Instant now = clock.now();
    return QuarkusTransaction.joiningExisting()
        .call(
            () ->
                incidents
                    .open(
                        source,
                        Set.of(condition),
                        "it is " + condition,
                        12,
                        now,
                        now.plus(Duration.ofDays(3)),
                        now)
                    .orElseThrow());
  }

  private void fallDue() throws SQLException {
    execute("UPDATE notice SET due_at = UTC_TIMESTAMP(6)");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
