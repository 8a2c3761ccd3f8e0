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
  void peopleSeeThePageAndItsStyle(String role) {
    given()
        .header("Authorization", Callers.authorization(role))
        .accept(ContentType.HTML)
        .get("/")
        .then()
        .statusCode(200)
        .contentType(ContentType.HTML)
        .body(containsString("Today's calls"))
        .body(containsString("Customers scored"));
    given()
        .header("Authorization", Callers.authorization(role))
        .get("/holdfast.css")
        .then()
        .statusCode(200)
        .body(containsString("prefers-color-scheme: dark"));
  }

  @Test
  void machinesAndStrangersDoNot() {
    given()
        .header("Authorization", Callers.authorization(Roles.SERVICE))
        .get("/")
        .then()
        .statusCode(403);
    given().get("/").then().statusCode(401);
    given().get("/holdfast.css").then().statusCode(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/holdfast.css", "/api/v1/no-such-route", "/q/health/live"})
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
