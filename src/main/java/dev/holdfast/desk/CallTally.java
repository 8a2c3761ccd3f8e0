package dev.holdfast.desk;

import dev.holdfast.campaign.Disposition;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Calls counted by who made them, when, what about, and what came of them. */
final class CallTally {

  /**
   * A call and what came of it.
   *
   * @param hour 0 to 23 where the customer is
   * @param skill that it asked for, empty for none
   * @param reason that the customer gave, empty for none
   * @param returned true if the customer came back soon after it
   * @param seconds that it took, null if nobody knows
   */
  record Made(
      String agent,
      int hour,
      String skill,
      String reason,
      Disposition disposition,
      boolean inbound,
      boolean returned,
      @Nullable Integer seconds) {}

  /** What calls are counted by. */
  record Key(
      String agent,
      int hour,
      String skill,
      String reason,
      Disposition disposition,
      boolean inbound) {}

  /**
   * Calls that were alike.
   *
   * @param kept of these, mere conversations after which the customer came back
   * @param timed of these, calls of known length
   * @param seconds of all timed calls together
   */
  record Count(int calls, int kept, int timed, long seconds) {

    private Count plus(Count other) {
      return new Count(
          calls + other.calls, kept + other.kept, timed + other.timed, seconds + other.seconds);
    }
  }

  private CallTally() {}

  /** Counts. */
  static Map<Key, Count> of(Collection<Made> calls) {
    Map<Key, Count> counts =
        new TreeMap<>(
            Comparator.comparing(Key::agent)
                .thenComparing(Key::hour)
                .thenComparing(Key::skill)
                .thenComparing(Key::reason)
                .thenComparing(Key::disposition)
                .thenComparing(Key::inbound));
    for (Made call : calls) {
      boolean kept = call.disposition() == Disposition.REACHED && call.returned();
      Integer seconds = call.seconds();
      counts.merge(
          new Key(
              call.agent(),
              call.hour(),
              call.skill(),
              call.reason(),
              call.disposition(),
              call.inbound()),
          new Count(1, kept ? 1 : 0, seconds == null ? 0 : 1, seconds == null ? 0 : seconds),
          Count::plus);
    }
    return counts;
  }
}
