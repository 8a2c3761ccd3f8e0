package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boosters trained here by XGBoost alone, as somebody else would. */
class ImportedModelTest {

  /** Not in the order of our schema, and not all of it. */
  private static final List<String> FEATURES =
      List.of("ln_rate_30", "idle", "mean_gap", "bgnbd_logit", "gap_quantile");

  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final byte[] PRIORS = ModelFolder.priorsJson(Priors.standard());
  private static final ImportedModel.Bringer BRINGER =
      new ImportedModel.Bringer("cli:ann", Instant.parse("2026-01-05T10:00:00Z"), "demo-1");
  private static Rows rows;

  @TempDir Path folder;

  @BeforeAll
  static void build() {
    List<CustomerHistory> population = Synthetic.population(250, 8);
    rows =
        SnapshotSet.of(Synthetic.experiment(), population::forEach, Exposures.none(), s -> {})
            .training();
  }

  private static DMatrix matrix(List<String> names) throws Exception {
    float[] flat = new float[rows.size() * names.size()];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < names.size(); j++) {
        flat[i * names.size() + j] = rows.value(i, SCHEMA.indexOf(names.get(j)));
      }
    }
    DMatrix matrix = new DMatrix(flat, rows.size(), names.size(), Float.NaN);
    matrix.setLabel(rows.labels());
    return matrix;
  }

  private static Booster booster(Map<String, Object> own, boolean constrained) throws Exception {
    Map<String, Object> parameters = new HashMap<>(own);
    parameters.put("objective", "binary:logistic");
    parameters.put("max_depth", 4);
    parameters.put("nthread", 2);
    parameters.put("verbosity", 0);
    if (constrained) {
      StringJoiner vector = new StringJoiner(",", "(", ")");
      for (String name : FEATURES) {
        Direction direction = SCHEMA.features().get(SCHEMA.indexOf(name)).direction();
        vector.add(
            direction == Direction.RISING ? "1" : direction == Direction.FALLING ? "-1" : "0");
      }
      parameters.put("monotone_constraints", vector.toString());
    }
    Booster booster = XGBoost.train(matrix(FEATURES), parameters, 30, Map.of(), null, null);
    booster.setFeatureNames(FEATURES.toArray(String[]::new));
    return booster;
  }

  private Path saved(Booster booster, String name) throws Exception {
    Path file = folder.resolve(name);
    booster.saveModel(file.toString());
    return file;
  }

  private Path golden(Booster booster, double shift, boolean asMargin) throws Exception {
    float[][] expected = booster.predict(matrix(FEATURES), asMargin);
    StringBuilder csv = new StringBuilder(String.join(",", FEATURES));
    csv.append(asMargin ? ",margin\n" : ",probability\n");
    for (int i = 0; i < 50; i++) {
      for (String name : FEATURES) {
        csv.append(rows.value(i, SCHEMA.indexOf(name))).append(',');
      }
      csv.append(i == 30 ? expected[i][0] + shift : expected[i][0]).append('\n');
    }
    return written("golden.csv", csv.toString());
  }

  private Path written(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static ImportedModel imported(Path file, Path golden) {
    return ImportedModel.of(file, "theirs", PRIORS, Calibrator.none(), golden, BRINGER);
  }

  @ParameterizedTest
  @CsvSource({
    "model.json, 0.5, true",
    "model.ubj, 0.5, true",
    "model.json, 0.2137, true",
    "model.ubj, 0.91, false",
    "model.json, own, true"
  })
  void scoresAreThoseOfTheBoosterBitForBitWhateverItsForm(
      String name, String base, boolean asMargin) throws Exception {
    // Without a base score XGBoost takes one from the labels.
    Booster booster =
        booster(base.equals("own") ? Map.of() : Map.of("base_score", Double.valueOf(base)), true);

    ImportedModel model = imported(saved(booster, name), golden(booster, 0, asMargin));

    assertThat(model.version()).matches("theirs-imported-[0-9a-f]{8}");
    assertThat(model.goldenRows()).isEqualTo(50);
    float[][] expected = booster.predict(matrix(FEATURES), true);
    Evaluator evaluator = Evaluator.of(model.files(), SCHEMA);
    int unequal = 0;
    for (int i = 0; i < rows.size(); i++) {
      float ours = (float) evaluator.margin(rows.features(i));
      unequal += Float.floatToIntBits(ours) == Float.floatToIntBits(expected[i][0]) ? 0 : 1;
    }
    assertThat(unequal).isZero();
    ModelTrust trust = ModelTrust.in(folder.resolve("keys"));
    assertThat(
            ChurnModel.load(ModelFolder.sign(model.version(), model.files(), trust), trust)
                .version())
        .isEqualTo(model.version());
    assertThat(new String(model.files().get(Provenance.FILE), StandardCharsets.UTF_8))
        .contains("cli:ann", "2026-01-05T10:00:00Z", "demo-1", name);
  }

  @Test
  void aBoosterThatCouldLowerTheRiskOfASilentCustomerIsRefusedWithTheConstraintsItNeeds()
      throws Exception {
    Booster booster = booster(Map.of(), false);
    Path file = saved(booster, "free.json");
    Path golden = golden(booster, 0, true);

    assertThatThrownBy(() -> imported(file, golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("goes against the direction")
        .hasMessageContaining("monotone_constraints=(-1,1,0,1,1)");
  }

  @Test
  void namesThatAreNotOursAreNamed() throws Exception {
    Booster booster = booster(Map.of(), true);
    Path golden = golden(booster, 0, true);
    booster.setFeatureNames(new String[] {"ln_rate_30", "recency", "mean_gap", "x", "idle"});
    Path file = saved(booster, "other.ubj");

    assertThatThrownBy(() -> imported(file, golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("recency, x");
  }

  @Test
  void aBoosterWithoutNamesIsRefused() throws Exception {
    Booster named = booster(Map.of(), true);
    Path golden = golden(named, 0, true);
    Booster booster =
        XGBoost.train(
            matrix(FEATURES),
            Map.of("objective", "binary:logistic", "verbosity", 0),
            2,
            Map.of(),
            null,
            null);
    Path file = saved(booster, "nameless.json");

    assertThatThrownBy(() -> imported(file, golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no feature names");
  }

  @Test
  void aGoldenRowThatDiffersIsNamedByItsLine() throws Exception {
    Booster booster = booster(Map.of(), true);
    Path file = saved(booster, "model.json");
    Path golden = golden(booster, 3e-5, true);

    assertThatThrownBy(() -> imported(file, golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("golden.csv, line 32");
  }

  @Test
  void goldenRowsMustHaveTheColumnsAndBeThere() throws Exception {
    Booster booster = booster(Map.of(), true);
    Path file = saved(booster, "model.json");
    Path empty = written("empty.csv", String.join(",", FEATURES) + ",margin\n");
    Path lacking = written("lacking.csv", "idle,margin\n1,2\n");

    assertThatThrownBy(() -> imported(file, empty)).hasMessageContaining("no golden row");
    assertThatThrownBy(() -> imported(file, lacking))
        .hasMessageContaining("ln_rate_30, mean_gap, bgnbd_logit, gap_quantile are missing");
  }

  @Test
  void whatIsNoModelIsRefused() throws Exception {
    Path text = written("model.json", "{\"not\": \"a model\"}");
    Path golden = written("golden.csv", "idle,margin\n1,2\n");

    assertThatThrownBy(() -> imported(text, golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a model that XGBoost can read");
    assertThatThrownBy(() -> imported(folder.resolve("model.bin"), golden))
        .hasMessageContaining(".json or .ubj");
  }
}
