package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.testsupport.Callers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CallListRouteTest {

  @Inject Users users;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Roles.VIEWER,
        Roles.AGENT,
        Roles.RETENTION_LEAD,
        Roles.DATA_SCIENTIST,
        Roles.OPERATOR
      })
  void peopleSeeThePage(String role) {
    given()
        .header("Authorization", Callers.authorization(role))
        .accept(ContentType.HTML)
        .get("/call-lists")
        .then()
        .statusCode(200)
        .contentType(ContentType.HTML)
        .body(containsString("<h1>Call lists</h1>"));
  }

  @Test
  void machinesAndStrangersDoNot() {
    given()
        .header("Authorization", Callers.authorization(Roles.SERVICE))
        .get("/call-lists")
        .then()
        .statusCode(403);
    given().get("/call-lists").then().statusCode(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/call-lists", "/sign-in", "/api/v1/no-such-route", "/q/health/live"})
  void everyAnswerCarriesTheSecurityHeaders(String path) {
    given()
        .header("Authorization", Callers.authorization(Roles.VIEWER))
        .get(path)
        .then()
        .header("Content-Security-Policy", containsString("default-src 'self'"))
        .header("Content-Security-Policy", containsString("object-src 'none'"))
        .header("Content-Security-Policy", containsString("base-uri 'none'"))
        .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
        .header("X-Content-Type-Options", equalTo("nosniff"))
        .header("Referrer-Policy", equalTo("no-referrer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started"})
  void theProbesOfAClusterNeedNoCredentials(String path) {
    given().get(path).then().statusCode(200);
  }
}
