package dev.holdfast.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingPartitionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Set<Integer> OURS = Set.of(3, 6);
  private static final Map<Integer, Long> ENDS = Map.of(3, 50L, 6, 70L);

  private final StandingPartitions standing = new StandingPartitions();

  @Test
  void whoHasMessagesAndDoesNotMoveStands() {
    look(Map.of(3, 50L, 6, 60L), 0);
    look(Map.of(3, 50L, 6, 60L), 10);
    assertThat(standing.longerThan(LIMIT)).as("not longer than the limit").isEmpty();

    look(Map.of(3, 50L, 6, 60L), 11);
    assertThat(standing.longerThan(LIMIT)).isEqualTo(Map.of(6, Duration.ofSeconds(11)));

    look(Map.of(3, 50L, 6, 61L), 12);
    assertThat(standing.longerThan(LIMIT)).as("it moved").isEmpty();
  }

  @Test
  void timeInWhichNobodyLookedDoesNotCount() {
    look(Map.of(6, 60L), 0);
    look(Map.of(6, 60L), 2);
    // The next look waits for a broker that is away; whoever asks meanwhile hears what was known.
    assertThat(standing.longerThan(Duration.ofSeconds(2))).doesNotContainKey(6);
    assertThat(standing.longerThan(Duration.ofSeconds(1))).containsEntry(6, Duration.ofSeconds(2));
  }

  @Test
  void whatIsForgottenBeginsAnew() {
    look(Map.of(), 0);
    standing.forget();
    look(Map.of(), 20);
    assertThat(standing.longerThan(LIMIT)).isEmpty();

    look(Map.of(), 40);
    standing.forget(6);
    assertThat(standing.longerThan(LIMIT)).containsOnlyKeys(3);

    standing.look(Set.of(), ENDS, Map.of(), nanos(60));
    assertThat(standing.longerThan(LIMIT)).as("partitions of others").isEmpty();
  }

  private void look(Map<Integer, Long> applied, long second) {
    standing.look(OURS, ENDS, applied, nanos(second));
  }

  private static long nanos(long second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
