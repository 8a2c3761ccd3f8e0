package dev.holdfast.activity;

import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.state;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FeaturesTest {

  private static final Priors PRIORS = Priors.standard();
  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  @Test
  void inSilenceEachFeatureOnlyMovesInItsDirection() {
    for (long seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      ActivityState state = state(RandomHistory.of(seed));
      Instant t = state.lastOccurredAt();
      float[] before = Features.of(state, t, PRIORS);
      for (int i = 0; i < 60; i++) {
        t = t.plusMillis(random.nextInt(3) == 0 ? 1 : random.nextInt(10 * 86_400_000));
        float[] now = Features.of(state, t, PRIORS);
        for (int j = 0; j < now.length; j++) {
          Feature feature = SCHEMA.features().get(j);
          String what = "seed " + seed + ", " + feature.name() + " at " + t;
          assertThat(Float.isFinite(now[j])).as(what).isTrue();
          switch (feature.direction()) {
            case RISING -> assertThat(now[j]).as(what).isGreaterThanOrEqualTo(before[j]);
            case FALLING -> assertThat(now[j]).as(what).isLessThanOrEqualTo(before[j]);
            case FROZEN -> assertThat(now[j]).as(what).isEqualTo(before[j]);
          }
        }
        before = now;
      }
    }
  }

  @Test
  void readingChangesNothing() {
    for (long seed = 0; seed < 100; seed++) {
      ActivityState state = state(RandomHistory.of(seed));
      byte[] before = state.toBytes();
      Instant t = state.lastOccurredAt().plus(Duration.ofDays(7));

      float[] once = Features.of(state, t, PRIORS);
      float[] twice = Features.of(state, t, PRIORS);

      assertThat(twice).isEqualTo(once);
      assertThat(state.toBytes()).isEqualTo(before);
    }
  }

  @Test
  void valuesEqualThoseComputedFromTheRawEvents() {
    for (long seed = 0; seed < 200; seed++) {
      List<Event> history =
          RandomHistory.of(seed).stream().filter(e -> e.kind() != EventKind.STATUS).toList();
      ActivityState state = state(history);
      Instant t = state.lastOccurredAt().plus(Duration.ofHours(100));
      float[] features = Features.of(state, t, PRIORS);

      List<Event> uses = history.stream().filter(e -> e.kind().isUse()).toList();
      List<Long> days =
          uses.stream().map(e -> e.occurredAt().getEpochSecond() / 86_400).distinct().toList();
      Event last = uses.get(uses.size() - 1);
      double idle = Duration.between(last.occurredAt(), t).toMillis() / 86_400_000.0;
      long tenure = days.get(days.size() - 1) - days.get(0);
      double decayed = 0;
      for (long day : days) {
        decayed += Math.pow(2, -(days.get(days.size() - 1) - day + idle) / 30.0);
      }
      double rate = decayed * Math.log(2) / 30 / (1 - Math.pow(2, -(tenure + idle + 1) / 30));
      double gap = (2 * PRIORS.medianGapDays() + tenure) / (2 + days.size() - 1);

      String what = "seed " + seed;
      assertThat(value(features, "idle")).as(what).isCloseTo(idle, within(1e-3));
      assertThat(value(features, "n_events"))
          .as(what)
          .isCloseTo(Math.log1p(days.size()), within(1e-5));
      assertThat(value(features, "ln_rate_30"))
          .as(what)
          .isCloseTo(Math.log(1e-3 + rate), within(1e-4));
      assertThat(value(features, "mean_gap")).as(what).isCloseTo(Math.log(gap), within(1e-5));
      assertThat(value(features, "tenure_at_last"))
          .as(what)
          .isCloseTo(Math.log1p(tenure), within(1e-5));
    }
  }

  @Test
  void theSilenceOfARegularUserStandsOutAgainstTheOwnGaps() {
    List<Event> weekly = new ArrayList<>();
    for (int week = 0; week < 20; week++) {
      weekly.add(use("w" + week, START.plus(Duration.ofDays(7L * week))));
    }
    ActivityState state = state(weekly);

    float[] early = Features.of(state, state.lastOccurredAt().plus(Duration.ofDays(3)), PRIORS);
    float[] late = Features.of(state, state.lastOccurredAt().plus(Duration.ofDays(30)), PRIORS);

    assertThat(value(early, "gap_quantile")).isLessThan(0.1);
    assertThat(value(late, "gap_quantile")).isGreaterThan(0.95);
    assertThat(value(late, "ln1p_idle_ratio")).isCloseTo(Math.log1p(30 / 7.0), within(1e-4));
  }

  @Test
  void theFutureCannotBeReadBackwards() {
    ActivityState state = state(RandomHistory.of(3));

    assertThatThrownBy(() -> Features.of(state, START.minusSeconds(1), PRIORS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the newest event");
  }

  @Test
  void updatesAndReadsCostMicroseconds() {
    List<Event> history = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      history.add(use("u" + i, START.plus(Duration.ofHours(i))));
    }
    for (int round = 0; round < 3; round++) {
      state(history);
    }
    long start = System.nanoTime();
    ActivityState state = state(history);
    double update = (System.nanoTime() - start) / 1e3 / history.size();
    float[] out = new float[SCHEMA.size()];
    Instant t = state.lastOccurredAt();
    for (int i = 0; i < 20_000; i++) {
      Features.read(state, t.plusSeconds(i), PRIORS, out);
    }
    start = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      Features.read(state, t.plusSeconds(i), PRIORS, out);
    }
    double read = (System.nanoTime() - start) / 1e3 / 20_000;

    System.out.printf("update %.2f us, read %.2f us%n", update, read);
    // The aim is 5 us each; a loaded machine gets ten times that before this fails.
    assertThat(update).isLessThan(50);
    assertThat(read).isLessThan(50);
  }

  /** The bar is a median of 5 us each, on a machine with nothing else to do. */
  @Test
  @Tag("full")
  void medianCostOfAnUpdateAndARead() {
    List<List<Event>> histories = LongStream.range(0, 2_000).mapToObj(RandomHistory::of).toList();
    float[] out = new float[SCHEMA.size()];
    List<Double> updates = new ArrayList<>();
    List<Double> reads = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      updates.clear();
      reads.clear();
      sizes.clear();
      for (List<Event> history : histories) {
        long start = System.nanoTime();
        ActivityState state = state(history);
        updates.add((System.nanoTime() - start) / 1e3 / history.size());
        Instant t = state.lastOccurredAt();
        Instant[] later = new Instant[20];
        for (int i = 0; i < later.length; i++) {
          later[i] = t.plusSeconds(9_973L * i);
        }
        start = System.nanoTime();
        for (Instant at : later) {
          Features.read(state, at, PRIORS, out);
        }
        reads.add((System.nanoTime() - start) / 1e3 / later.length);
        sizes.add(state.toBytes().length);
      }
    }

    double update = median(updates);
    double read = median(reads);
    System.out.printf(
        "%d features: median update %.2f us, median read %.2f us; state %d bytes, at most %d%n",
        SCHEMA.size(), update, read, median(sizes), Collections.max(sizes));
    assertThat(update).isLessThan(50);
    assertThat(read).isLessThan(50);
  }

  private static <T extends Comparable<T>> T median(List<T> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double value(float[] features, String name) {
    return features[SCHEMA.indexOf(name)];
  }
}
