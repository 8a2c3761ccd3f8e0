package dev.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WatermarkTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration SILENCE = Duration.ofHours(6);

  private static Instant hour(double hours) {
    return START.plusSeconds(Math.round(hours * 3600));
  }

  private static Watermark after(double... hours) {
    Watermark watermark = Watermark.none();
    for (double hour : hours) {
      watermark = watermark.observe(hour(hour), SILENCE);
    }
    return watermark;
  }

  @Test
  void theFirstEventSetsIt() {
    assertThat(after(5).reached()).isEqualTo(hour(5));
  }

  @Test
  void aStepWithinTheSilenceAdvancesAndAnOlderEventDoesNothing() {
    assertThat(after(0, 6, 3)).isEqualTo(after(6));
  }

  @Test
  void aLongerStepHoldsInsteadOfAdvancing() {
    assertThat(after(0, 48, 50, 49)).isEqualTo(new Watermark(hour(0), hour(48), hour(50)));
  }

  @Test
  void anInOrderBackfillClosesTheGapAndTheWatermarkJumps() {
    Watermark watermark = after(0, 48, 50);
    for (int hour = 1; hour <= 47; hour++) {
      watermark = watermark.observeBackfill(hour(hour), SILENCE);
      assertThat(watermark.reached()).isEqualTo(hour(hour));
    }
    assertThat(watermark.observeBackfill(hour(47.75), SILENCE))
        .isEqualTo(new Watermark(hour(50), null, null));
    assertThat(watermark.observe(hour(47.75), SILENCE))
        .isEqualTo(new Watermark(hour(50), null, null));
  }

  @Test
  void historyAloneMovesNothing() {
    assertThat(Watermark.none().observeBackfill(hour(1), SILENCE)).isEqualTo(Watermark.none());
    assertThat(after(0).observeBackfill(hour(1), SILENCE)).isEqualTo(after(0));
    assertThat(after(0, 48).observeBackfill(hour(20), SILENCE)).isEqualTo(after(0, 48));
  }

  @Test
  void anEventInTheMiddleOfTheGapDoesNotWidenTheHold() {
    assertThat(after(0, 48, 20)).isEqualTo(after(0, 48));
    assertThat(after(0, 48, 43)).isEqualTo(new Watermark(hour(0), hour(43), hour(48)));
  }

  @Test
  void aSecondGapDoesNotExtendTheHold() {
    assertThat(after(0, 48, 60)).isEqualTo(after(0, 48));
  }

  @Test
  void aDeclarationEndsAHoldThatItReaches() {
    Watermark held = after(0, 48, 50);
    assertThat(held.completeThrough(hour(20)))
        .isEqualTo(new Watermark(hour(20), hour(48), hour(50)));
    assertThat(held.completeThrough(hour(48))).isEqualTo(new Watermark(hour(50), null, null));
    assertThat(held.completeThrough(hour(60))).isEqualTo(new Watermark(hour(60), null, null));
    assertThat(held.completeThrough(hour(-1))).isEqualTo(held);
    assertThat(Watermark.none().completeThrough(hour(3)).reached()).isEqualTo(hour(3));
  }

  @RepeatedTest(200)
  void itNeverFallsAndNeverPassesAnUnfilledGap(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Watermark watermark = Watermark.none();
    List<Instant> seen = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Instant at = hour(random.nextInt(400) / 2.0);
      seen.add(at);
      Instant before = watermark.reached();
      watermark = watermark.observe(at, SILENCE);
      Instant reached = watermark.reached();
      assertThat(reached).as("seed %d, event %d", seed, i).isNotNull();
      if (before != null) {
        assertThat(reached).as("seed %d, event %d", seed, i).isAfterOrEqualTo(before);
      }
      assertNoGapBefore(watermark, seen, seed);
    }
  }

  private static void assertNoGapBefore(Watermark watermark, List<Instant> seen, long seed) {
    Instant reached = watermark.reached();
    Instant previous = seen.get(0);
    List<Instant> sorted = new ArrayList<>(seen);
    Collections.sort(sorted);
    for (Instant at : sorted) {
      if (at.isAfter(seen.get(0)) && reached != null && !at.isAfter(reached)) {
        assertThat(Duration.between(previous, at)).as("seed %d", seed).isLessThanOrEqualTo(SILENCE);
        previous = at;
      }
    }
    assertThat(previous).as("seed %d", seed).isEqualTo(reached);
  }
}
