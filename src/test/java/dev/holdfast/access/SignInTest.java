package dev.holdfast.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.testsupport.Callers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SignInTest {

  @Inject Users users;
  @Inject ApiKeys keys;
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
