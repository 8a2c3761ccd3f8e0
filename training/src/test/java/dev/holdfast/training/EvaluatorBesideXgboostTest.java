package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Evaluator;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorBesideXgboostTest {

  private static final int COLUMNS = 7;
  private static final int ROWS = 500;
  private static final float[] SPECIAL = {
    Float.NaN, 0.0f, -0.0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -1e-20f
  };

  @ParameterizedTest(name = "depth {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void marginsAreThoseOfTheLibraryInEveryBit(int depth) throws XGBoostError {
    for (double missing : new double[] {0, 0.1}) {
      ExplanationRate.Setup setup =
          new ExplanationRate.Setup(40, depth, COLUMNS, missing, 2_000, ROWS, depth);
      Random random = new Random(setup.seed());
      Booster booster = ExplanationRate.booster(setup, random);
      Evaluator evaluator =
          Evaluator.of(
              Map.of("booster.json", booster.toByteArray("json")), ExplanationRate.schema(setup));
      float[] rows = ExplanationRate.values(setup, ROWS, random);
      for (int i = 0; i < rows.length; i += 1 + random.nextInt(9)) {
        rows[i] = SPECIAL[random.nextInt(SPECIAL.length)];
      }
      double[] margins = new double[ROWS];

      evaluator.margins(rows, ROWS, margins);

      float[][] expected = predict(booster, rows);
      for (int i = 0; i < ROWS; i++) {
        float[] row = Arrays.copyOfRange(rows, i * COLUMNS, (i + 1) * COLUMNS);
        assertThat((float) margins[i]).as("row %d", i).isEqualTo(expected[i][0]);
        assertThat((float) evaluator.margin(row)).as("row %d", i).isEqualTo(expected[i][0]);
      }
    }
  }

  private static float[][] predict(Booster booster, float[] rows) throws XGBoostError {
    DMatrix matrix = new DMatrix(rows, ROWS, COLUMNS, Float.NaN);
    try {
      return booster.predict(matrix, true);
    } finally {
      matrix.dispose();
    }
  }
}
