package dev.holdfast.model;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.holdfast.access.Audit;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelRegistryTest {

  private static final String PASSED = "{\"passed\":true,\"leakage\":false}";

  @Inject ModelRegistry registry;
  @Inject DataSource database;
  @Inject Audit audit;

  private Map<String, byte[]> files(String version) {
    FeatureSchema schema = FeatureSchema.current();
    double[] zeros = new double[schema.size()];
    double[] ones = new double[schema.size()];
    Arrays.fill(ones, 1);
    Map<String, byte[]> files = new HashMap<>();
    files.put("weights.json", ModelFolder.weightsJson(schema, -1, zeros, ones, zeros));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("calibration.json", Calibrator.none().toJson());
    return ModelFolder.sign(version, files, registry.trust());
  }

  @Test
  void aPromotedVersionServesAndTheOneBeforeIsKept() {
    int first = registry.register(files("registry-a"), "registry-a", PASSED, "ada");
    int second = registry.register(files("registry-b"), "registry-b", PASSED, "ada");

    registry.promote("registry-a", "ada", "");
    assertThat(registry.champion().orElseThrow().id()).isEqualTo(first);
    registry.promote("registry-b", "ada", "better");

    assertThat(registry.champion().orElseThrow().id()).isEqualTo(second);
    assertThat(registry.byId(first).orElseThrow().model().version()).isEqualTo("registry-a");
    assertThat(registry.list().stream().filter(ModelVersion::champion)).hasSize(1);
    assertThat(registry.byId(-1)).isEmpty();
  }

  @Test
  void registeringTheSameAgainChangesNothingAndOtherFilesAreRefused() {
    Map<String, byte[]> files = files("registry-c");
    int id = registry.register(files, "registry-c", PASSED, "ada");

    assertThat(registry.register(files, "registry-c", PASSED, "ada")).isEqualTo(id);
    assertThatThrownBy(() -> registry.register(files, "registry-d", PASSED, "ada"))
        .isInstanceOf(BadModel.class);
  }

  @Test
  void aRefusedVersionNeedsAReasonAndALeakingOneNeverServes() {
    registry.register(files("registry-e"), "registry-e", "{\"passed\":false}", "ada");
    registry.register(
        files("registry-f"), "registry-f", "{\"passed\":false,\"leakage\":true}", "ada");

    assertThatThrownBy(() -> registry.promote("registry-e", "ada", " "))
        .isInstanceOf(PromotionRefused.class)
        .hasMessageContaining("reason");
    assertThatThrownBy(() -> registry.promote("registry-f", "ada", "please"))
        .isInstanceOf(PromotionRefused.class)
        .hasMessageContaining("leakage");
    assertThatThrownBy(() -> registry.promote("unknown", "ada", ""))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aRollbackUndoesOnePromotionAtATimeAndIsOnRecord() {
    for (String version : List.of("back-a", "back-b", "back-c")) {
      registry.register(files(version), version, PASSED, "ada");
      registry.promote(version, "ada", "");
    }
    registry.promote("back-c", "ada", "once more changes nothing");

    assertThat(registry.previousChampion().orElseThrow().model().version()).isEqualTo("back-b");
    assertThat(registry.rollback("back-c", "ben", "calls went up")).isEqualTo("back-b");
    assertThat(registry.champion().orElseThrow().model().version()).isEqualTo("back-b");
    assertThat(registry.rollback("back-b", "ben", "still")).isEqualTo("back-a");
    assertThatThrownBy(() -> registry.rollback("back-b", "ben", "a repeated click"))
        .isInstanceOf(PromotionRefused.class)
        .hasMessageContaining("does not serve");

    assertThat(registry.promotions().subList(0, 3))
        .extracting(Promotion::version, Promotion::previous, Promotion::kind, Promotion::reason)
        .containsExactly(
            tuple("back-a", "back-b", "rollback", "still"),
            tuple("back-b", "back-c", "rollback", "calls went up"),
            tuple("back-c", "back-b", "promotion", ""));
    registry.promote("back-c", "ada", "");
    assertThat(registry.previousChampion().orElseThrow().model().version()).isEqualTo("back-a");
  }

  @Test
  void threeVersionsChallengeAndTheChampionIsNone() {
    for (String version : List.of("rival-a", "rival-b", "rival-c", "rival-d", "rival-e")) {
      registry.register(files(version), version, PASSED, "ada");
    }
    registry.challengers().forEach(one -> registry.retire(one.model().version()));
    registry.promote("rival-a", "ada", "");

    registry.challenge("rival-b");
    registry.challenge("rival-c");
    registry.challenge("rival-d");
    registry.challenge("rival-d");

    assertThatThrownBy(() -> registry.challenge("rival-a")).isInstanceOf(PromotionRefused.class);
    assertThatThrownBy(() -> registry.challenge("rival-e"))
        .isInstanceOf(PromotionRefused.class)
        .hasMessageContaining("retire one");
    registry.retire("rival-b");
    registry.challenge("rival-e");
    registry.promote("rival-c", "ada", "");
    assertThat(registry.challengers())
        .extracting(one -> one.model().version())
        .containsExactly("rival-e", "rival-d");
    registry.retire("rival-e");
    registry.retire("rival-d");
  }

  @Test
  void aRefusedVersionIsNotHalfRegisteredAndTheOldOneServes() throws SQLException {
    registry.register(files("whole-a"), "whole-a", PASSED, "ada");
    registry.promote("whole-a", "ada", "");
    Map<String, byte[]> damaged = new HashMap<>(files("whole-b"));
    damaged.put("weights.json", "{}".getBytes(StandardCharsets.UTF_8));
    long refusals = count("SELECT COUNT(*) FROM audit WHERE action = 'model.refused'");
    long files = count("SELECT COUNT(*) FROM model_file");

    assertThatThrownBy(() -> registry.register(damaged, "whole-b", PASSED, "eve"))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("weights.json");

    assertThat(registry.list()).noneMatch(one -> one.version().equals("whole-b"));
    assertThat(count("SELECT COUNT(*) FROM model_file")).isEqualTo(files);
    assertThat(count("SELECT COUNT(*) FROM audit WHERE action = 'model.refused'"))
        .isEqualTo(refusals + 1);
    assertThat(registry.champion().orElseThrow().model().version()).isEqualTo("whole-a");
  }

  @Test
  void aChampionWhoseStoredFilesAreDamagedGoesOnServingAndTheReplicaSaysSo() throws SQLException {
    int id = registry.register(files("torn-a"), "torn-a", PASSED, "ada");
    int rival = registry.register(files("torn-b"), "torn-b", PASSED, "ada");
    registry.promote("torn-a", "ada", "");
    registry.champion();
    execute("UPDATE model_file SET content = 'x' WHERE name = 'weights.json' AND model_id = " + id);
    try {
      registry.verifyChampion();

      assertThat(registry.champion().orElseThrow().id()).isEqualTo(id);
      assertThat(registry.trouble()).hasValueSatisfying(w -> assertThat(w).contains("torn-a"));
      given()
          .get("/q/health/ready")
          .then()
          .statusCode(200)
          .body(containsString("torn-a"), containsString("trouble"));

      // A replica that starts now has nothing to go on with, and says so instead of guessing.
      ModelRegistry fresh = registry(database);
      assertThatThrownBy(fresh::champion)
          .isInstanceOf(BadModel.class)
          .hasMessageContaining("weights.json");

      registry.promote("torn-b", "ada", "the way out");
      assertThat(registry.champion().orElseThrow().id()).isEqualTo(rival);
      assertThat(registry.trouble()).isEmpty();
      assertThatThrownBy(() -> registry.rollback("torn-b", "ada", "back to the damaged one"))
          .isInstanceOf(BadModel.class)
          .hasMessageContaining("cannot serve");
      assertThatThrownBy(() -> registry.promote("torn-a", "ada", "")).isInstanceOf(BadModel.class);
      assertThat(registry.champion().orElseThrow().id()).isEqualTo(rival);
    } finally {
      execute(
          "DELETE FROM promotion WHERE model_id IN (%1$d, %2$d) OR previous_model_id IN (%1$d, %2$d)"
              .formatted(id, rival));
    }
  }

  @Test
  void aReplicaKeepsItsModelWhileTheNewChampionCannotBeRead() throws SQLException {
    registry.register(files("swap-a"), "swap-a", PASSED, "ada");
    int next = registry.register(files("swap-b"), "swap-b", PASSED, "ada");
    registry.promote("swap-a", "ada", "");
    ModelRegistry replica = registry(database);
    assertThat(replica.champion().orElseThrow().model().version()).isEqualTo("swap-a");

    registry.promote("swap-b", "ada", "");
    execute("DELETE FROM model_file WHERE name = 'priors.json' AND model_id = " + next);
    await().atMost(Duration.ofSeconds(10)).until(() -> readAgain(replica).isPresent());

    assertThat(replica.champion().orElseThrow().model().version()).isEqualTo("swap-a");
    assertThat(replica.trouble()).hasValueSatisfying(w -> assertThat(w).contains("swap-b"));
    registry.promote("swap-a", "ada", "");
  }

  private static Optional<String> readAgain(ModelRegistry replica) {
    replica.champion();
    return replica.trouble();
  }

  private ModelRegistry registry(DataSource shared) {
    return new ModelRegistry(shared, registry.trust(), audit);
  }

  private long count(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var select = connection.prepareStatement(sql);
        var row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
