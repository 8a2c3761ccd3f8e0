package dev.holdfast.model;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestSecurity(
    user = "dora",
    roles = {Roles.DATA_SCIENTIST})
class ModelsResourceTest {

  @Inject ModelRegistry registry;
  @Inject DataSource database;

  @Test
  void aPromotionIsTakenBackOnceAndAVersionChallenges() throws SQLException {
    register("http-a", "{\"passed\":true}");
    register("http-b", "{\"passed\":true}");
    act("http-a", "promote").statusCode(204);
    act("http-b", "promote").statusCode(204);
    act("http-b", "challenge").statusCode(409);

    act("http-b", "rollback").statusCode(204);
    act("http-b", "rollback").statusCode(409).contentType("application/problem+json");
    act("http-b", "challenge").statusCode(204);

    given()
        .get("/api/v1/models")
        .then()
        .statusCode(200)
        .body("find { it.version == 'http-a' }.champion", equalTo(true))
        .body("find { it.version == 'http-b' }.challenger", equalTo(true))
        .body("find { it.version == 'http-b' }.gate.passed", equalTo(true));
    given()
        .get("/api/v1/promotions")
        .then()
        .statusCode(200)
        .body("[0].kind", equalTo("rollback"))
        .body("[0].version", equalTo("http-a"))
        .body("[0].previous", equalTo("http-b"))
        .body("[0].by", equalTo("dora"))
        .body("[0].reason", equalTo("as asked"));
    act("http-b", "retire").statusCode(204);
    act("unknown", "rollback").statusCode(404);
    act("unknown", "retire").statusCode(404);
    assertThat(audited("http-b"))
        .isEqualTo("model.promote,model.rollback,model.challenge,model.retire");
  }

  @Test
  void whatTheGateSaidIsOneLine() {
    register(
        "http-c",
        """
        {"passed": false, "leakage": false, "rules": [
          {"name": "enough test rows", "holds": true, "figures": "300 of at least 200"},
          {"name": "beats the idle rule", "holds": false, "figures": "0.41 against 0.40"},
          {"name": "slope within 0.9 to 1.1", "holds": false, "figures": "0.700"}]}
        """);

    given()
        .get("/api/v1/models")
        .then()
        .body(
            "find { it.version == 'http-c' }.verdict",
            equalTo(
                "refused: beats the idle rule (0.41 against 0.40); slope within 0.9 to 1.1"
                    + " (0.700)"));
  }

  private static ValidatableResponse act(String version, String verb) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "as asked"))
        .post("/api/v1/models/{version}:" + verb, version)
        .then();
  }

  private void register(String version, String gate) {
    FeatureSchema schema = FeatureSchema.current();
    double[] zeros = new double[schema.size()];
    double[] ones = new double[schema.size()];
    Arrays.fill(ones, 1);
    Map<String, byte[]> files = new HashMap<>();
    files.put("weights.json", ModelFolder.weightsJson(schema, -1, zeros, ones, zeros));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("calibration.json", Calibrator.none().toJson());
    registry.register(ModelFolder.sign(version, files, registry.trust()), version, gate, "test");
  }

  private String audited(String version) throws SQLException {
    try (var connection = database.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT GROUP_CONCAT(action ORDER BY id) FROM audit"
                    + " WHERE actor = 'dora' AND subject = ?")) {
      select.setString(1, "model:" + version);
      try (var row = select.executeQuery()) {
        row.next();
        return String.valueOf(row.getString(1));
      }
    }
  }
}
