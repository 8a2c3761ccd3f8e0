package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private static final FeatureSchema SCHEMA = schema(6, Direction.FROZEN);
  private static final List<String> NAMES = List.of("c0", "c1", "c2", "c3", "c4", "c5");

  private static FeatureSchema schema(int columns, Direction direction) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      features.add(new Feature("c" + i, "-", "columns", direction, "column " + i));
    }
    return FeatureSchema.of(77, features);
  }

  private static byte[] weights(FeatureSchema schema, double... weight) {
    double[] scale = new double[schema.size()];
    Arrays.fill(scale, 3);
    return ModelFolder.weightsJson(schema, 0.7, new double[schema.size()], scale, weight);
  }

  @Test
  void contributionsOfTreesAreTheShapleyValuesOfTheirDefinition() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      Forest forest = Forest.read(RandomBooster.json(random, NAMES, 3, 1 + seed % 7), SCHEMA);
      ShapleyTables tables = ShapleyTables.of(forest).orElseThrow();
      for (int i = 0; i < 5; i++) {
        float[] row = RandomBooster.row(random, SCHEMA);
        double[] defined = byDefinition(forest, row);
        double[] walked = new double[SCHEMA.size()];
        double[] lookedUp = new double[SCHEMA.size()];
        ShapleyWalk.add(forest, row, walked);
        tables.add(row, lookedUp);

        for (int j = 0; j < defined.length; j++) {
          assertThat(walked[j]).as("seed %d", seed).isCloseTo(defined[j], within(1e-12));
          assertThat(lookedUp[j]).as("seed %d", seed).isCloseTo(defined[j], within(1e-6));
        }
      }
    }
  }

  /** The mean over all orders in which the features could become known. */
  private static double[] byDefinition(Forest forest, float[] row) {
    int n = row.length;
    double[] out = new double[n];
    for (int known = 0; known < 1 << n; known++) {
      double without = value(forest, row, known);
      int size = Integer.bitCount(known);
      for (int i = 0; i < n; i++) {
        if ((known >> i & 1) == 0) {
          double weight = factorial(size) * factorial(n - 1 - size) / factorial(n);
          out[i] += weight * (value(forest, row, known | 1 << i) - without);
        }
      }
    }
    return out;
  }

  private static double value(Forest forest, float[] row, int known) {
    double sum = 0;
    for (int root : forest.roots) {
      sum += value(forest, root, row, known);
    }
    return sum;
  }

  private static double value(Forest forest, int node, float[] row, int known) {
    if (forest.isLeaf(node)) {
      return forest.split[node];
    }
    if ((known >> forest.feature[node] & 1) == 1) {
      int next = forest.goesLeft(node, row) ? forest.left[node] : forest.right[node];
      return value(forest, next, row, known);
    }
    double share = forest.leftShare(node);
    return share * value(forest, forest.left[node], row, known)
        + (1 - share) * value(forest, forest.right[node], row, known);
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  @Test
  void treesTooDeepForTablesAreExplainedAllTheSame() {
    Random random = new Random(3);
    byte[] booster = RandomBooster.json(random, NAMES, 40, 16);
    Forest forest = Forest.read(booster, SCHEMA);

    assertThat(ShapleyTables.of(forest)).isEmpty();

    Evaluator evaluator = Evaluator.of(Map.of("booster.json", booster), SCHEMA);
    float[] row = RandomBooster.row(random, SCHEMA);
    assertThat(Arrays.stream(evaluator.contributions(row)).sum())
        .isCloseTo(evaluator.margin(row), within(1e-4));
  }

  @Test
  void aBoosterMayKnowSomeOfTheFeaturesInAnyOrder() {
    byte[] two = RandomBooster.json(new Random(4), List.of("c5", "c2"), 20, 3);
    Evaluator evaluator = Evaluator.of(Map.of("booster.json", two), SCHEMA);
    float[] row = {9, 9, 0.5f, 9, 9, -0.5f};
    double margin = evaluator.margin(row);

    assertThat(evaluator.margin(new float[] {-9, -9, 0.5f, -9, -9, -0.5f})).isEqualTo(margin);
    assertThat(evaluator.margin(new float[] {9, 9, -0.5f, 9, 9, 0.5f})).isNotEqualTo(margin);
    double[] contributions = evaluator.contributions(row);
    assertThat(contributions).hasSize(7);
    assertThat(new double[] {contributions[0], contributions[1], contributions[3]}).containsOnly(0);
    assertThat(Arrays.stream(contributions).sum()).isCloseTo(margin, within(1e-5));
  }

  @Test
  void featuresThatAreUnknownOrNamedTwiceAreRefused() {
    for (List<String> names : List.of(List.of("c1", "surprise"), List.of("c1", "c1"))) {
      byte[] json = RandomBooster.json(new Random(5), names, 2, 2);

      assertThatThrownBy(() -> Evaluator.of(Map.of("booster.json", json), SCHEMA))
          .isInstanceOf(BadModel.class)
          .hasMessageContaining(names.get(1));
    }
  }

  @Test
  void aBlendIsTheWeightedMeanOfItsMembers() {
    Random random = new Random(6);
    byte[] weights = weights(SCHEMA, 0.3, -2, 0.1, 0, 1, 5);
    byte[] booster = RandomBooster.json(random, NAMES, 20, 4);
    Evaluator linear = Evaluator.of(Map.of("weights.json", weights), SCHEMA);
    Evaluator trees = Evaluator.of(Map.of("booster.json", booster), SCHEMA);
    Evaluator blend =
        Evaluator.of(
            Map.of(
                "weights.json",
                weights,
                "booster.json",
                booster,
                "blend.json",
                ModelFolder.blendJson(0.3, 0.7)),
            SCHEMA);
    for (int i = 0; i < 100; i++) {
      float[] row = new float[6];
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextGaussian();
      }

      assertThat(blend.margin(row))
          .isCloseTo(0.3 * linear.margin(row) + 0.7 * trees.margin(row), within(1e-12));
      double[] contributions = blend.contributions(row);
      assertThat(Arrays.stream(contributions).sum()).isCloseTo(blend.margin(row), within(1e-5));
      assertThat(contributions[2])
          .isCloseTo(
              0.3 * linear.contributions(row)[2] + 0.7 * trees.contributions(row)[2],
              within(1e-12));
    }
  }

  @Test
  void aBlendNeverFallsAlongARisingFeature() {
    FeatureSchema rising = schema(1, Direction.RISING);
    byte[] stump =
        ("{\"learner\":{\"objective\":{\"name\":\"binary:logistic\"},"
                + "\"learner_model_param\":{\"base_score\":\"0.5\"},\"feature_names\":[\"c0\"],"
                + "\"gradient_booster\":{\"model\":{\"trees\":[{\"left_children\":[1,-1,-1],"
                + "\"right_children\":[2,-1,-1],\"split_indices\":[0,0,0],"
                + "\"split_conditions\":[0.5,-0.1,0.1],\"default_left\":[0,0,0],"
                + "\"sum_hessian\":[2,1,1]}]}}}}")
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int k = 0; k < 200; k++) {
      // At the jump of the stump a form such as b + w (a - b) would round to less for w near 1.
      double share = k % 2 == 0 ? 1 : random.nextDouble();
      byte[] line =
          ModelFolder.weightsJson(
              rising,
              random.nextGaussian(),
              new double[1],
              new double[] {3},
              new double[] {k % 4 == 0 ? 0 : random.nextDouble()});
      Evaluator blend =
          Evaluator.of(
              Map.of(
                  "weights.json",
                  line,
                  "booster.json",
                  stump,
                  "blend.json",
                  ModelFolder.blendJson(share, 1 - share)),
              rising);
      float x = 0.5f - 100 * Math.ulp(0.25f);
      double before = Double.NEGATIVE_INFINITY;
      for (int step = 0; step < 200; step++) {
        double margin = blend.margin(new float[] {x});
        assertThat(margin).isGreaterThanOrEqualTo(before);
        before = margin;
        x = Math.nextUp(x);
      }
    }
  }

  @Test
  void filesThatAreNoEvaluatorAreRefused() {
    byte[] weights = weights(SCHEMA, 0, 0, 0, 0, 0, 0);
    byte[] booster = RandomBooster.json(new Random(8), NAMES, 2, 2);
    byte[] half = ModelFolder.blendJson(0.5, 0.5);
    for (Map<String, byte[]> files :
        List.<Map<String, byte[]>>of(
            Map.of(),
            Map.of("weights.json", weights, "booster.json", booster),
            Map.of("weights.json", weights, "blend.json", half),
            Map.of("booster.json", booster, "blend.json", half),
            Map.of("blend.json", half))) {
      assertThatThrownBy(() -> Evaluator.of(files, SCHEMA))
          .isInstanceOf(BadModel.class)
          .hasMessageContaining("blend.json");
    }
    for (String wrong :
        List.of(
            "{\"linear\":-0.5,\"booster\":1.5}",
            "{\"linear\":0.5,\"booster\":0.6}",
            "{\"linear\":0.5}",
            "[]")) {
      assertThatThrownBy(
              () ->
                  Evaluator.of(
                      Map.of(
                          "weights.json",
                          weights,
                          "booster.json",
                          booster,
                          "blend.json",
                          wrong.getBytes(StandardCharsets.UTF_8)),
                      SCHEMA))
          .isInstanceOf(BadModel.class);
    }
    assertThatThrownBy(() -> ModelFolder.blendJson(0.5, 0.4)).hasMessageContaining("add up to 1");
  }
}
