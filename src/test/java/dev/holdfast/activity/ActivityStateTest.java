package dev.holdfast.activity;

import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.event;
import static dev.holdfast.activity.RandomHistory.state;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
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
        event(
            "x2",
            EventKind.COMPLAINT,
            "complaint closed",
            START.plus(DAY),
            Map.of("complaintId", "x1")));

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
  void aContractRunsFromItsSigningToItsEnd() {
    ActivityState state = state(List.of(contract("a", "contract-signed", 0, "2025-03-31")));
    Instant end = Instant.parse("2025-04-01T00:00:00Z");

    assertThat(state.contractEndsAt()).isEqualTo(end);
    assertThat(state.inContract(START)).isTrue();
    assertThat(state.inContract(end.minusNanos(1000))).isTrue();
    assertThat(state.inContract(end)).isFalse();

    state.apply(contract("b", "Contract Renewed", 90, "2026-04-01T00:00:00Z"));
    assertThat(state.inContract(START.plus(DAY.multipliedBy(90)))).isTrue();
    assertThat(state.contractEndsAt()).isEqualTo("2026-04-01T00:00:00Z");

    Instant ended = START.plus(DAY.multipliedBy(99));
    state.apply(event("c", EventKind.CONTRACT, "contract_ended", ended));
    assertThat(state.inContract(ended)).isFalse();
    assertThat(state.contractEndsAt()).isEqualTo(ended);
  }

  @Test
  void aContractWithoutAnEndRunsUntilItIsEndedOrTheLineIsClosed() {
    for (Event last :
        List.of(
            event("z", EventKind.CONTRACT, "contract-terminated", START.plus(DAY)),
            event("z", EventKind.STATUS, "closed", START.plus(DAY)),
            event("z", EventKind.STATUS, "Ported", START.plus(DAY)))) {
      ActivityState state =
          state(List.of(event("a", EventKind.CONTRACT, "contract_started", START)));

      assertThat(state.contractEndsAt()).isNull();
      assertThat(state.inContract(START.plus(Duration.ofDays(9_000)))).isTrue();

      state.apply(last);
      assertThat(state.inContract(START.plus(DAY))).as(last.name()).isFalse();
    }
  }

  @Test
  void aChangeOfPriceOrPlanIsRememberedAndMayChangeTheTerm() {
    ActivityState state =
        state(
            List.of(
                contract("a", "contract signed", 0, "2025-12-31"),
                event("b", EventKind.CONTRACT, "price-increased", START.plus(DAY))));

    assertThat(state.lastPriceEventAt()).isEqualTo(START.plus(DAY));
    assertThat(state.contractEndsAt()).isEqualTo("2026-01-01T00:00:00Z");

    state.apply(contract("c", "plan_changed", 2, "2026-12-31"));
    assertThat(state.lastPriceEventAt()).isEqualTo(START.plus(DAY.multipliedBy(2)));
    assertThat(state.contractEndsAt()).isEqualTo("2027-01-01T00:00:00Z");
  }

  private static Event contract(String id, String name, int day, String endsAt) {
    return event(
        id, EventKind.CONTRACT, name, START.plus(DAY.multipliedBy(day)), Map.of("endsAt", endsAt));
  }

  @Test
  void propertiesThatCannotBeReadAreAsGoodAsNotSaid() {
    ActivityState state =
        state(
            List.of(
                contract("a", "contract signed", 0, "next year"),
                event(
                    "b",
                    EventKind.FEEDBACK,
                    "survey",
                    START.plus(DAY),
                    Map.of("rating", "NaN", "sentiment", "1e999")),
                event(
                    "c",
                    EventKind.COMPLAINT,
                    "opened",
                    START.plus(DAY.multipliedBy(2)),
                    Map.of("severity", Map.of("x", 1), "topic", List.of()))));

    assertThat(state.inContract(state.lastOccurredAt())).isTrue();
    assertThat(state.contractEndsAt()).isNull();
    for (float value : Features.of(state, state.lastOccurredAt(), Priors.standard())) {
      assertThat(value).isFinite();
    }
  }

  /** What the first version stored after {@link #eventsOfTheFirstVersion()}. */
  private static final String FIRST_VERSION =
      "AQEABiu/F+aYAFDzMoKHnqtNOCrHFYLNkKGAAAAAAAAAAAAAACg7rsAAAAAAAwAATocABiu2tiIwAAAG"
          + "K456c3AAQBwAAAAAAABAPQAAAAAAAEACa7G7tVUVQAiQ4et6pqZAIt3xmtO/fkAUAAAAAAAAQBQAAAAA"
          + "AABABzMzMzMzM0AA4EUdiL4iQAXuuhd0NZpAB0clrwclSEAEAAAAAAAAAAAAAAAAAAA/8AAAAAAAAD/w"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD/u"
          + "Ug0XQAnuAAAAAAAAAAA//2VE0m5FmQAAAAEAAE6AAAYrKDgXSAAABisoOBdIAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/8AAAAAAAAD/w"
          + "AAAAAAAAP/AAAAAAAAAAAAAAAAAAAEApAAAAAAAAAAAAAAAAAAA/8AAAAAAAAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP/AAAAAA"
          + "AAAAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAEABiswmduwAD/wAAAAAAAAAAAAAQAGK6XymWAAP/AAAAAA"
          + "AAAAAAABAAYrrlRdyAA/8AAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAGb6/MjCFO6gwAGKzCZ"
          + "27AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private static List<Event> eventsOfTheFirstVersion() {
    return List.of(
        use("a", hour(1)),
        event("b", EventKind.CONTRACT, "contract-signed", hour(2), Map.of("endsAt", "2025-12-31")),
        new Event(
            "c",
            "test",
            "test:1",
            "order",
            EventKind.PURCHASE,
            hour(50),
            hour(50),
            false,
            1,
            new BigDecimal("12.50"),
            null,
            null,
            Map.of(),
            false),
        event(
            "d",
            EventKind.COMPLAINT,
            "complaint opened",
            hour(60),
            Map.of("complaintId", "c1", "severity", 2)),
        event("e", EventKind.STATUS, "suspended", hour(100)),
        event("f", EventKind.STATUS, "resumed", hour(148)),
        event("g", EventKind.OUTBOUND, "call", hour(200), Map.of("outcome", "no-answer")),
        event("h", EventKind.FEEDBACK, "survey", hour(210), Map.of("rating", 2)),
        use("i", hour(220)),
        event("j", EventKind.STATUS, "closed", hour(230)));
  }

  private static Instant hour(int hours) {
    return START.plus(Duration.ofHours(hours));
  }

  @Test
  void aStateOfTheFirstVersionIsReadAndLacksOnlyWhatCameLater() {
    ActivityState old = ActivityState.fromBytes(Base64.getDecoder().decode(FIRST_VERSION));
    ActivityState now = state(eventsOfTheFirstVersion());
    Instant t = now.lastOccurredAt().plus(DAY);
    float[] ofOld = Features.of(old, t, Priors.standard());
    float[] ofNow = Features.of(now, t, Priors.standard());

    assertThat(old.rebuildDue()).isTrue();
    assertThat(now.rebuildDue()).isFalse();
    assertThat(old.lastKey()).isEqualTo(now.lastKey());
    assertThat(old.closed()).isTrue();
    assertThat(old.openComplaints()).isEqualTo(1);
    int first = FeatureSchema.current().indexOf("bgnbd_logit") + 1;
    assertThat(Arrays.copyOf(ofOld, first)).isEqualTo(Arrays.copyOf(ofNow, first));
    assertThat(old.contractEndsAt()).isNull();
    assertThat(old.inContract(hour(3))).isFalse();
    assertThat(now.contractEndsAt()).isEqualTo(hour(230));
    for (float value : ofOld) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void aStateOfTheFirstVersionStaysMarkedUntilItIsRebuilt() {
    ActivityState old = ActivityState.fromBytes(Base64.getDecoder().decode(FIRST_VERSION));

    old.apply(use("k", hour(300)));

    byte[] stored = old.toBytes();
    assertThat(stored[0]).isEqualTo((byte) 2);
    assertThat(ActivityState.fromBytes(stored).rebuildDue()).isTrue();
    assertThat(ActivityState.fromBytes(stored).toBytes()).isEqualTo(stored);
  }

  @Test
  void storedStatesStayModest() {
    ActivityState full = ActivityState.empty();
    for (int i = 0; i < 40; i++) {
      full.apply(event("c" + i, EventKind.COMPLAINT, "opened", START.plusSeconds(i)));
    }
    int[] sizes =
        LongStream.range(0, 300)
            .mapToInt(seed -> state(RandomHistory.of(seed)).toBytes().length)
            .sorted()
            .toArray();

    assertThat(ActivityState.empty().toBytes()).hasSize(1024);
    assertThat(sizes[sizes.length / 2]).isEqualTo(1024);
    assertThat(full.toBytes()).hasSize(1536);
  }

  @Test
  void bytesOfAnotherVersionOrCutShortAreRefused() {
    byte[] bytes = state(RandomHistory.of(1)).toBytes();
    byte[] other = bytes.clone();
    other[0] = 9;

    assertThatThrownBy(() -> ActivityState.fromBytes(other)).hasMessageContaining("rebuild");
    assertThatThrownBy(() -> ActivityState.fromBytes(Arrays.copyOf(bytes, 100)))
        .hasMessageContaining("cut short");
  }
}
