package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchEvaluatorTest {

  private static final int COLUMNS = 9;
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.intBitsToFloat(0xffc0_0001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    0.0f,
    -0.0f
  };

  private static final FeatureSchema SCHEMA = schema();

  private static FeatureSchema schema() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      features.add(new Feature("c" + i, "-", "columns", Direction.FROZEN, "column " + i));
    }
    return FeatureSchema.of(77, features);
  }

  @ParameterizedTest(name = "depth {0}")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11})
  void manyRowsAndOneRowGiveTheMarginOfTheWalk(int depth) {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(100L * depth + seed);
      Forest forest = Forest.read(booster(random, depth, 1 + random.nextInt(150)), SCHEMA);
      BoosterEvaluator evaluator = new BoosterEvaluator(forest);
      int count = 1 + random.nextInt(300);
      float[] rows = rows(forest, random, count);
      double[] margins = new double[count + 1];
      margins[count] = Math.PI;

      evaluator.margins(rows, count, margins);

      for (int i = 0; i < count; i++) {
        float[] row = new float[COLUMNS];
        System.arraycopy(rows, i * COLUMNS, row, 0, COLUMNS);
        double walked = forest.margin(rows, i * COLUMNS);
        String what = "seed " + seed + ", row " + i;
        assertThat(margins[i]).as(what).isEqualTo(walked);
        assertThat(evaluator.margin(row)).as(what).isEqualTo(walked);
      }
      assertThat(margins[count]).isEqualTo(Math.PI);
    }
  }

  @Test
  void treesUpToDepthEightAreFilledUpAndDeeperOnesAreWalked() {
    Random random = new Random(1);

    assertThat(new BoosterEvaluator(Forest.read(booster(random, 8, 60), SCHEMA)).perfect())
        .isNotNull();
    assertThat(new BoosterEvaluator(Forest.read(booster(random, 11, 60), SCHEMA)).perfect())
        .isNull();
  }

  @Test
  void missingValuesGoOneWayAtAllNodesOrEachItsOwn() {
    for (int ways = 0; ways < 3; ways++) {
      for (int seed = 0; seed < 20; seed++) {
        Random random = new Random(seed);
        String json = new String(booster(random, 5, 40), StandardCharsets.UTF_8);
        if (ways < 2) {
          // All left or all right: the planes of such features need no copies.
          json = replaceDefaults(json, ways);
        }
        Forest forest = Forest.read(json.getBytes(StandardCharsets.UTF_8), SCHEMA);
        float[] rows = rows(forest, random, 130);
        double[] margins = new double[130];

        new BoosterEvaluator(forest).margins(rows, 130, margins);

        for (int i = 0; i < margins.length; i++) {
          assertThat(margins[i]).isEqualTo(forest.margin(rows, i * COLUMNS));
        }
      }
    }
  }

  private static String replaceDefaults(String json, int way) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    String key = "\"default_left\":[";
    int found = json.indexOf(key);
    while (found >= 0) {
      int end = json.indexOf(']', found);
      out.append(json, at, found + key.length());
      out.append(json.substring(found + key.length(), end).replaceAll("[01]", String.valueOf(way)));
      at = end;
      found = json.indexOf(key, end);
    }
    return out.append(json.substring(at)).toString();
  }

  @Test
  void blendsAndLinesOfManyRowsAreThoseOfEachRow() {
    Random random = new Random(9);
    double[] ones = new double[COLUMNS];
    double[] weights = new double[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      ones[i] = 1;
      weights[i] = random.nextGaussian();
    }
    byte[] line = ModelFolder.weightsJson(SCHEMA, 0.3, new double[COLUMNS], ones, weights);
    byte[] booster = booster(random, 4, 50);
    byte[] shares = ModelFolder.blendJson(0.25, 0.75);
    for (Map<String, byte[]> files :
        List.of(
            Map.of("weights.json", line),
            Map.of("weights.json", line, "booster.json", booster, "blend.json", shares))) {
      Evaluator evaluator = Evaluator.of(files, SCHEMA);
      float[] rows = new float[200 * COLUMNS];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      double[] margins = new double[200];

      evaluator.margins(rows, 200, margins);

      for (int i = 0; i < 200; i++) {
        float[] row = new float[COLUMNS];
        System.arraycopy(rows, i * COLUMNS, row, 0, COLUMNS);
        assertThat(margins[i]).isEqualTo(evaluator.margin(row));
      }
      assertThatThrownBy(() -> evaluator.margins(rows, 201, new double[201]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("201 rows");
      assertThatThrownBy(() -> evaluator.margins(rows, 200, new double[199]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] booster(Random random, int depth, int trees) {
    List<String> names = SCHEMA.features().stream().map(Feature::name).toList();
    return RandomBooster.json(random, names, trees, depth);
  }

  /** Values of very different sizes, the thresholds themselves and their neighbours. */
  private static float[] rows(Forest forest, Random random, int count) {
    float[] rows = new float[count * COLUMNS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          switch (random.nextInt(5)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> threshold(forest, random);
            case 2 -> Math.nextUp(threshold(forest, random));
            case 3 -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
            default -> (float) random.nextGaussian();
          };
    }
    return rows;
  }

  private static float threshold(Forest forest, Random random) {
    return forest.split[random.nextInt(forest.split.length)];
  }
}
