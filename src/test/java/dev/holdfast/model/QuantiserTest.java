package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantiserTest {

  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(77, List.of(new Feature("c0", "-", "columns", Direction.FROZEN, "column")));

  @Test
  void aCodeIsTheNumberOfThresholdsAtOrBelowTheValue() {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      float[] thresholds = thresholds(random, seed % 6);
      Quantiser quantiser = Quantiser.of(Forest.read(stumps(thresholds), SCHEMA)).get(0);

      for (float x : values(thresholds, random)) {
        int expected = 0;
        for (float threshold : distinct(thresholds)) {
          expected += x < threshold ? 0 : 1;
        }
        assertThat(quantiser.code(x)).as("seed %d, value %s", seed, x).isEqualTo(expected);
        assertThat(Quantiser.missing(x)).isZero();
      }
      assertThat(Quantiser.missing(Float.NaN)).isEqualTo(1);
      assertThat(Quantiser.missing(Float.intBitsToFloat(0xff80_0001))).isEqualTo(1);
      assertThat(quantiser.code(Float.NaN)).isBetween(0, quantiser.thresholds);
    }
  }

  /** Spread evenly, by size, in clusters, over all floats, around zero, or at the ends. */
  private static float[] thresholds(Random random, int kind) {
    float[] out = new float[1 + random.nextInt(kind == 0 ? 3 : 400)];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (kind) {
            case 0, 1 -> (float) random.nextGaussian();
            case 2 -> (float) Math.pow(10, 30 * random.nextGaussian() / 3);
            case 3 -> 1000 + Math.ulp(1000f) * random.nextInt(300);
            case 4 -> Float.intBitsToFloat(random.nextInt() & 0xff7f_ffff);
            default ->
                random.nextInt(4) == 0
                    ? Float.MAX_VALUE * (random.nextInt(3) - 1)
                    : Float.MIN_VALUE * (random.nextInt(20) - 10);
          };
      if (!Float.isFinite(out[i])) {
        out[i] = 0;
      }
    }
    return out;
  }

  private static List<Float> distinct(float[] thresholds) {
    List<Float> distinct = new ArrayList<>();
    for (float threshold : thresholds) {
      if (distinct.stream().noneMatch(other -> other.floatValue() == threshold)) {
        distinct.add(threshold);
      }
    }
    return distinct;
  }

  private static float[] values(float[] thresholds, Random random) {
    float[] out = Arrays.copyOf(thresholds, thresholds.length + 60);
    for (int i = thresholds.length; i < out.length; i++) {
      float near = thresholds[random.nextInt(thresholds.length)];
      out[i] =
          switch (i % 8) {
            case 0 -> Math.nextUp(near);
            case 1 -> Math.nextDown(near);
            case 2 -> random.nextBoolean() ? 0.0f : -0.0f;
            case 3 -> random.nextBoolean() ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            case 4 -> (near + thresholds[random.nextInt(thresholds.length)]) / 2;
            case 5 -> Float.intBitsToFloat(random.nextInt() & 0xff7f_ffff);
            default -> (float) random.nextGaussian();
          };
    }
    return out;
  }

  private static byte[] stumps(float[] thresholds) {
    StringBuilder trees = new StringBuilder();
    for (float threshold : thresholds) {
      trees
          .append(trees.isEmpty() ? "" : ",")
          .append("{\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1],")
          .append("\"split_indices\":[0,0,0],\"default_left\":[0,0,0],\"sum_hessian\":[2,1,1],")
          .append("\"split_conditions\":[")
          .append(threshold)
          .append(",0,1]}");
    }
    return ("{\"learner\":{\"objective\":{\"name\":\"binary:logistic\"},"
            + "\"learner_model_param\":{\"base_score\":\"0.5\"},\"feature_names\":[\"c0\"],"
            + "\"gradient_booster\":{\"model\":{\"trees\":["
            + trees
            + "]}}}}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
