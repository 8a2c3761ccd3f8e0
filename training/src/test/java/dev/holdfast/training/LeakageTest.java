package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeakageTest {

  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          1,
          List.of(
              new Feature("honest", "-", "a", Direction.FROZEN, "says little"),
              new Feature("other", "-", "a", Direction.FROZEN, "says more, or everything")));

  @Test
  void aFeatureThatKnowsTheOutcomeFailsAndAnHonestOneDoesNot() {
    assertThat(Leakage.singleFeature(rows(0.0)).holds()).isFalse();
    assertThat(Leakage.singleFeature(rows(3.0)).holds()).isTrue();
  }

  /** Rows whose second feature is the outcome with so much noise. */
  private static Rows rows(double noise) {
    Random random = new Random(5);
    Rows.Builder rows = Rows.of(SCHEMA);
    for (int i = 0; i < 1_000; i++) {
      boolean churned = random.nextInt(3) == 0;
      float other = (float) ((churned ? 1 : 0) + noise * random.nextGaussian());
      rows.add(i, Instant.EPOCH, new float[] {(float) random.nextGaussian(), other}, churned, 1);
    }
    return rows.build();
  }
}
