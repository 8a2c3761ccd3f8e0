package dev.holdfast.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.testsupport.Callers;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ProblemsTest {

  private static final String KEYS = "/api/v1/keys";

  @Inject Users users;

  @TestHTTPResource("/")
  URI root;

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @Test
  void anUnknownAddressIsAProblem() {
    problem(operator().get("/no/such/page").then(), 404, "Not Found");
    problem(operator().get("/api/v1/no-such-thing").then(), 404, "Not Found");
  }

  @Test
  void anotherMethodIsAProblem() {
    problem(operator().put(KEYS).then(), 405, "Method Not Allowed");
  }

  @Test
  void anotherContentTypeIsAProblem() {
    problem(
        operator().contentType(ContentType.XML).body("<a/>").post(KEYS).then(),
        415,
        "Unsupported Media Type");
  }

  @Test
  void aBodyThatIsNotJsonIsAProblemThatTellsWhere() {
    problem(json("{\"name\": \"x\", oops}").post(KEYS).then(), 400, "Bad Request")
        .body("detail", containsString("not JSON at line 1"));
  }

  @Test
  void aFieldOfAnotherTypeIsNamedByPointer() {
    problem(
            json("{\"name\":\"x\",\"roles\":[\"viewer\"],\"expiresAt\":\"soon\"}")
                .post(KEYS)
                .then(),
            400,
            "Bad Request")
        .body("errors[0].field", equalTo("/expiresAt"))
        .body("detail", containsString("soon"));
  }

  @Test
  void aViolatedConstraintIsNamed() {
    problem(json("{\"name\":\"\",\"roles\":[]}").post(KEYS).then(), 400, "Bad Request")
        .body("errors.field.toString()", containsString("order.name"));
  }

  @Test
  void aMissingBodyIsAProblem() {
    problem(operator().contentType(ContentType.JSON).post(KEYS).then(), 400, "Bad Request");
  }

  /** Only the head is sent: the server answers before it has read a body that it will not take. */
  @Test
  void aBodyBeyondTheLimitIsAProblem() throws IOException {
    String head =
        String.join(
            "\r\n",
            "POST " + KEYS + " HTTP/1.1",
            "Host: localhost",
            "Authorization: " + Callers.authorization(Roles.OPERATOR),
            "Content-Type: application/json",
            "Content-Length: 11000000",
            "Connection: close",
            "",
            "");
    try (var socket = new Socket(root.getHost(), root.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json");
    }
  }

  @Test
  void whatIsUnexpectedGetsAReferenceAndNothingInternal() {
    var response = new ProblemMappers().unexpected(new IllegalStateException("table x in /home"));

    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getEntity().toString())
        .contains("instance=urn:uuid:")
        .doesNotContain("table x");
  }

  @Test
  void aDatabaseThatIsAwayIsAReasonToTryAgain() {
    var response =
        new ProblemMappers()
            .unexpected(
                new IllegalStateException(
                    new SQLTransientConnectionException("connection refused")));

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeaderString("Retry-After")).isEqualTo("5");
  }

  @Test
  void whoHasGoneIsNoFailureOfOurs() {
    var response =
        new ProblemMappers().unexpected(new IllegalStateException(new ClosedChannelException()));

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getEntity().toString()).doesNotContain("instance");
  }

  private static RequestSpecification operator() {
    return given().header("Authorization", Callers.authorization(Roles.OPERATOR));
  }

  private static RequestSpecification json(String body) {
    return operator().contentType(ContentType.JSON).body(body);
  }

  private static ValidatableResponse problem(
      ValidatableResponse response, int status, String title) {
    return response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("title", equalTo(title));
  }
}
