package dev.holdfast.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.testsupport.Callers;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SignInTest {

  @Inject Users users;
  @Inject ApiKeys keys;
  @Inject Sessions sessions;
  @Inject SystemClock clock;
  @Inject DataSource database;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @Test
  void anAnonymousCallerGetsAProblemAndAChallenge() {
    given()
        .get("/api/v1/keys")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", startsWith("basic realm="))
        .contentType("application/problem+json")
        .body("status", equalTo(401))
        .body("title", equalTo("Unauthorized"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic !!!",
        "Basic bm9ib2R5OndoYXRldmVyLWxvbmc=",
        "Bearer",
        "Bearer hf_",
        "Bearer hf_aaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.",
        "Negotiate x"
      })
  void whatIsNoCredentialIsRefused(String authorization) {
    given()
        .header("Authorization", authorization)
        .get("/api/v1/keys")
        .then()
        .statusCode(401)
        .contentType("application/problem+json");
  }

  @Test
  void twoAuthorizationsAreRefused() {
    given()
        .header("Authorization", Callers.authorization(Roles.OPERATOR))
        .header("Authorization", Callers.authorization(Roles.OPERATOR))
        .get("/api/v1/keys")
        .then()
        .statusCode(401);
  }

  @Test
  void anotherRoleIsForbiddenWithAProblem() {
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get("/api/v1/keys")
        .then()
        .statusCode(403)
        .contentType("application/problem+json")
        .body("title", equalTo("Forbidden"));
  }

  @Test
  void aNewPasswordEndsTheOldOneAtOnce() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");
    given()
        .auth()
        .preemptive()
        .basic(name, "first-password-1")
        .get("/api/v1/keys")
        .then()
        .statusCode(200);

    String second = users.resetPassword(name, "test");

    given()
        .auth()
        .preemptive()
        .basic(name, "first-password-1")
        .get("/api/v1/keys")
        .then()
        .statusCode(401);
    given().auth().preemptive().basic(name, second).get("/api/v1/keys").then().statusCode(200);
  }

  @Test
  void guessesAreCountedTogetherHoweverTheyAreMade() {
    String name = "Person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");
    for (int guess = 0; guess < 14; guess++) {
      String spelled = guess % 2 == 0 ? name : name.toUpperCase(Locale.ROOT) + " ";
      assertThat(basic(spelled, "guess-" + guess)).isEqualTo(401);
    }

    assertThat(basic(name, "first-password-1"))
        .as("whoever guesses on learns nothing")
        .isEqualTo(401);
    assertThatThrownBy(() -> sessions.open(name, "first-password-1"))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(429));
  }

  @Test
  void whoeverIsKnownIsNotLockedOutByGuesses() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");
    for (int call = 0; call < 12; call++) {
      assertThat(basic(name, "first-password-1")).isEqualTo(200);
    }
    for (int guess = 0; guess < 11; guess++) {
      assertThat(basic(name, "guess-" + guess)).isEqualTo(401);
    }

    assertThat(basic(name, "first-password-1")).isEqualTo(200);
  }

  @Test
  void manyCallsOfOneNameAtOnceAreNoGuesses() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");

    assertThat(atOnce(24, name, "first-password-1")).containsOnly(200);
  }

  @Test
  void anOldPasswordSentAgainAndAgainIsOneGuess() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");
    for (int call = 0; call < 30; call++) {
      assertThat(basic(name, "old-password-0")).isEqualTo(401);
    }

    assertThat(basic(name, "first-password-1")).isEqualTo(200);
  }

  @Test
  void oneWrongPasswordSentByManyAtOnceIsOneGuess() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");

    assertThat(atOnce(24, name, "old-password-0")).containsOnly(401);

    assertThat(basic(name, "first-password-1")).isEqualTo(200);
  }

  @Test
  void aNameWithABlankBehindItIsTheUsersOwn() {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.OPERATOR), "test");

    given()
        .header("Authorization", Callers.basic(name + " ", "first-password-1"))
        .get("/api/v1/caller")
        .then()
        .statusCode(200)
        .body("name", equalTo(name));
    assertThatThrownBy(() -> users.setDisabled(name + " ", true, name))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("their own user");
  }

  private static List<Integer> atOnce(int count, String name, String password) {
    ExecutorService callers = Executors.newFixedThreadPool(count);
    try {
      List<CompletableFuture<Integer>> calls =
          Stream.generate(() -> CompletableFuture.supplyAsync(() -> basic(name, password), callers))
              .limit(count)
              .toList();
      return calls.stream().map(CompletableFuture::join).toList();
    } finally {
      callers.shutdownNow();
    }
  }

  private static int basic(String name, String password) {
    return given()
        .header("Authorization", Callers.basic(name, password))
        .get("/api/v1/keys")
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE browser_session SET seen_at = seen_at - INTERVAL 241 MINUTE WHERE user_name = ?",
        "UPDATE browser_session SET created_at = created_at - INTERVAL 841 MINUTE WHERE user_name"
            + " = ?",
        "UPDATE user_account SET disabled = TRUE WHERE name = ?"
      })
  void aSessionIsOverOnceIdleTooOldOrItsOwnerDisabled(String change) throws SQLException {
    String name = "person-" + UUID.randomUUID();
    String token = signedIn(name);
    assertThat(sessions.owner(token, true)).isPresent();

    change(change, name);

    assertThat(sessions.owner(token, true)).isEmpty();
  }

  @Test
  void onlyWhatAPersonAsksForKeepsASession() throws SQLException {
    String name = "person-" + UUID.randomUUID();
    String token = signedIn(name);
    String older =
        "UPDATE browser_session SET seen_at = seen_at - INTERVAL 200 MINUTE WHERE user_name = ?";
    change(older, name);
    asks(token, "text/event-stream");
    change(older, name);
    asks(token, "application/json").statusCode(401);

    String fetching = signedIn("fetching-" + name);
    change(older, "fetching-" + name);
    given()
        .cookie("holdfast-session", fetching)
        .header("Holdfast-Unattended", "true")
        .get("/api/v1/caller")
        .then()
        .statusCode(200);
    change(older, "fetching-" + name);
    asks(fetching, "application/json").statusCode(401);

    String attended = signedIn("another-" + name);
    change(older, "another-" + name);
    asks(attended, "application/json").statusCode(200);
    change(older, "another-" + name);
    asks(attended, "application/json").statusCode(200);
  }

  private static ValidatableResponse asks(String token, String accepted) {
    return given()
        .cookie("holdfast-session", token)
        .header("Accept", accepted)
        .get("/api/v1/caller")
        .then();
  }

  @Test
  void aPasswordThatIsResetDuringASignInOpensNoSession() throws Exception {
    String name = "person-" + UUID.randomUUID();
    users.create(name, "first-password-1", List.of(Roles.VIEWER), "test");
    CompletableFuture<Optional<String>> signIn =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  users.resetPassword(name, "test");
                  var opening =
                      CompletableFuture.supplyAsync(() -> sessions.open(name, "first-password-1"));
                  await().until(() -> opening.isDone() || aSignInIsUnderWay());
                  return opening;
                });

    Optional<String> token = signIn.get(30, TimeUnit.SECONDS);

    assertThat(token.flatMap(one -> sessions.owner(one, true))).isEmpty();
  }

  private boolean aSignInIsUnderWay() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT INTO"
                    + " browser_session%' OR INFO LIKE 'SELECT password_hash FROM%'")) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  private String signedIn(String name) {
    users.create(name, "first-password-1", List.of(Roles.VIEWER), "test");
    return sessions.open(name, "first-password-1").orElseThrow();
  }

  private void change(String sql, String name) throws SQLException {
    try (var connection = database.getConnection();
        var update = connection.prepareStatement(sql)) {
      update.setString(1, name);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  @Test
  void aKeyIsCreatedUsedListedAndRevoked() {
    String name = "crm-" + UUID.randomUUID();
    var created =
        given()
            .header("Authorization", Callers.authorization(Roles.OPERATOR))
            .contentType(ContentType.JSON)
            .body(Map.of("name", name, "roles", List.of(Roles.OPERATOR)))
            .post("/api/v1/keys")
            .then()
            .statusCode(201)
            .header("Cache-Control", equalTo("no-store"))
            .extract()
            .jsonPath();
    String key = created.getString("key");

    given()
        .header("Authorization", "Bearer " + key)
        .get("/api/v1/keys")
        .then()
        .statusCode(200)
        .body("name", hasItem(name))
        .body(not(containsString(key.substring(15))));
    given()
        .header("Authorization", "Bearer " + key)
        .delete("/api/v1/keys/" + created.getLong("id"))
        .then()
        .statusCode(204);
    given().header("Authorization", "Bearer " + key).get("/api/v1/keys").then().statusCode(401);
  }

  @Test
  void aKeyMustEndInTheFuture() {
    assertThatThrownBy(
            () ->
                keys.create(
                    "late", List.of(Roles.SERVICE), clock.now().minus(Duration.ofDays(1)), "test"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("expiresAt must be in the future");
  }

  @Test
  void aRoleThatDoesNotExistIsNamed() {
    given()
        .header("Authorization", Callers.authorization(Roles.OPERATOR))
        .contentType(ContentType.JSON)
        .body(Map.of("name", "x", "roles", List.of("root")))
        .post("/api/v1/keys")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("roles must be one or more of viewer"));
  }

  @Test
  void theAuditCannotBeAltered() throws SQLException {
    users.create("audited-" + UUID.randomUUID(), "some-password-1", List.of(Roles.VIEWER), "test");

    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM audit"))
          .hasMessageContaining("append-only");
      assertThatThrownBy(() -> statement.executeUpdate("UPDATE audit SET actor = 'x'"))
          .hasMessageContaining("append-only");
      try (var row =
          statement.executeQuery(
              "SELECT COUNT(*) FROM audit WHERE action = 'user-created' AND actor = 'test'")) {
        row.next();
        assertThat(row.getInt(1)).isPositive();
      }
    }
  }
}
