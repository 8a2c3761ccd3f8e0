package dev.holdfast.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SilentFeaturesTest {

  private static final Priors PRIORS = Priors.standard();
  private static final int SIZE = FeatureSchema.current().size();

  @Test
  void oneReaderGivesEachCustomerTheValuesOfAFreshReading() {
    SilentFeatures silent = new SilentFeatures(PRIORS);
    float[] out = new float[SIZE];
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ActivityState state = RandomHistory.state(RandomHistory.of(seed));
      silent.start(state, out);
      for (int i = 0; i < 20; i++) {
        Instant t = state.lastOccurredAt().plusMillis(random.nextInt(1 << (i + 10)));
        silent.moveTo(ActivityState.micros(t), out);

        assertThat(out).as("seed %d at %s", seed, t).isEqualTo(Features.of(state, t, PRIORS));
      }
    }
  }

  @Test
  void whatStandsStillAndWhatMovesAreTogetherAllColumns() {
    ActivityState state = RandomHistory.state(RandomHistory.of(1));
    SilentFeatures silent = new SilentFeatures(PRIORS);
    float[] still = new float[SIZE];
    Arrays.fill(still, Float.NaN);

    silent.start(state, still);

    for (int i = 0; i < SIZE; i++) {
      boolean moves = Arrays.binarySearch(SilentFeatures.moving(), i) >= 0;
      assertThat(Float.isNaN(still[i]))
          .as(FeatureSchema.current().features().get(i).name())
          .isEqualTo(moves);
    }
    float[] all = still.clone();
    silent.moveTo(ActivityState.micros(state.lastOccurredAt()), all);
    for (int i = 0; i < SIZE; i++) {
      assertThat(all[i]).isNotNaN();
    }
  }

  @Test
  void thePastIsRefused() {
    ActivityState state = RandomHistory.state(RandomHistory.of(2));
    SilentFeatures silent = new SilentFeatures(PRIORS);
    float[] out = new float[SIZE];
    silent.start(state, out);
    long before = ActivityState.micros(state.lastOccurredAt().minus(Duration.ofHours(1)));

    assertThatThrownBy(() -> silent.moveTo(before, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the newest event");
  }
}
