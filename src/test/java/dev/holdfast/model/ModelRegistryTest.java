package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelRegistryTest {

  private static final String PASSED = "{\"passed\":true,\"leakage\":false}";

  @Inject ModelRegistry registry;

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
}
