package dev.holdfast.activity;

import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.event;
import static dev.holdfast.activity.RandomHistory.state;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActivityStateTest {

  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void anyOrderOfArrivalWithRepeatsGivesTheSameBytes() {
    for (long seed = 0; seed < 300; seed++) {
      List<Event> history = RandomHistory.of(seed);
      byte[] expected = state(history).toBytes();

      List<Event> arriving = new ArrayList<>(history);
      arriving.addAll(history.subList(0, history.size() / 2));
      Collections.shuffle(arriving, new Random(seed));
      byte[] live = arrive(arriving);

      assertThat(live).as("seed %s", seed).isEqualTo(expected);
    }
  }

  /** As the stream does: drop known keys, rebuild when an event precedes the newest. */
  private static byte[] arrive(List<Event> arriving) {
    ActivityState state = ActivityState.empty();
    List<Event> stored = new ArrayList<>();
    Set<Object> keys = new HashSet<>();
    for (Event event : arriving) {
      if (!keys.add(event.key())) {
        continue;
      }
      stored.add(event);
      if (state.precedesLast(event)) {
        stored.sort(Comparator.comparing(Event::occurredAt).thenComparing(Event::key));
        state = state(stored);
      } else {
        state.apply(event);
      }
    }
    return state.toBytes();
  }

  @Test
  void storingAndReadingBackAtAnyPointChangesNothing() {
    for (long seed = 0; seed < 200; seed++) {
      List<Event> history = RandomHistory.of(seed);
      ActivityState stored = ActivityState.empty();
      for (Event event : history) {
        stored = ActivityState.fromBytes(stored.toBytes());
        stored.apply(event);
      }

      assertThat(stored.toBytes()).as("seed %s", seed).isEqualTo(state(history).toBytes());
    }
  }

  @Test
  void anOlderEventIsRefusedAndTheNewestOnceMoreIsNot() {
    ActivityState state = state(List.of(use("b", START.plus(DAY))));
    byte[] before = state.toBytes();

    state.apply(use("b", START.plus(DAY)));

    assertThat(state.toBytes()).isEqualTo(before);
    assertThat(state.precedesLast(use("a", START))).isTrue();
    assertThatThrownBy(() -> state.apply(use("a", START)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rebuild");
  }

  @Test
  void severalEventsOfADayAreOneOccasion() {
    ActivityState state =
        state(
            List.of(
                use("a", START.plusSeconds(60)),
                use("b", START.plusSeconds(50_000)),
                use("c", START.plus(DAY))));

    assertThat(state.usageOccasions()).isEqualTo(2);
    assertThat(state.lastUsageAt()).isEqualTo(START.plus(DAY));
  }

  @Test
  void suspensionStopsTheClockOfSilence() {
    Instant at = START;
    ActivityState state =
        state(
            List.of(
                use("a", at),
                event("b", EventKind.STATUS, "suspended", at.plus(Duration.ofDays(2))),
                event("c", EventKind.STATUS, "resumed", at.plus(Duration.ofDays(12)))));

    assertThat(state.idleDays(at.plus(Duration.ofDays(15)))).isEqualTo(5.0);
    assertThat(state.suspended()).isFalse();
  }

  @Test
  void aComplaintIsOpenUntilItIsClosedByItsId() {
    Event opened = event("x1", EventKind.COMPLAINT, "complaint opened", START);
    ActivityState state = state(List.of(opened));
    assertThat(state.openComplaints()).isEqualTo(1);

    state.apply(
        new Event(
            "x2",
            "test",
            "test:1",
            "complaint closed",
            EventKind.COMPLAINT,
            START.plus(DAY),
            START.plus(DAY),
            false,
            1,
            null,
            null,
            null,
            java.util.Map.of("complaintId", "x1"),
            false));

    assertThat(state.openComplaints()).isZero();
  }

  @Test
  void theStoredFormFitsItsColumnEvenWithTooManyComplaints() {
    ActivityState state = ActivityState.empty();
    for (int i = 0; i < 100; i++) {
      state.apply(event("c" + i, EventKind.COMPLAINT, "opened", START.plusSeconds(i)));
    }

    byte[] bytes = state.toBytes();

    assertThat(state.openComplaints()).isEqualTo(100);
    assertThat(bytes.length).isLessThanOrEqualTo(4096);
    assertThat(bytes.length % 256).isZero();
    assertThat(ActivityState.fromBytes(bytes).openComplaints()).isEqualTo(100);
  }

  @Test
  void bytesOfAnotherVersionOrCutShortAreRefused() {
    byte[] bytes = state(RandomHistory.of(1)).toBytes();
    byte[] other = bytes.clone();
    other[0] = 9;

    assertThatThrownBy(() -> ActivityState.fromBytes(other)).hasMessageContaining("rebuild");
    assertThatThrownBy(() -> ActivityState.fromBytes(java.util.Arrays.copyOf(bytes, 100)))
        .hasMessageContaining("cut short");
  }
}
