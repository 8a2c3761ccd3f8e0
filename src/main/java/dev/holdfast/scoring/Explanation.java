package dev.holdfast.scoring;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why the risk of a customer is what it is at an instant, and what becomes of it in silence.
 *
 * @param customer the name it was asked for
 * @param at the instant asked for
 * @param basis what was known then
 * @param asOf the instant up to which silence was counted
 * @param stale true if the feed of the customer's usage is behind the clock, so that part of the
 *     silence is not counted
 * @param model version that explains: the one that serves now
 * @param band the label of the risk
 * @param risk taken apart
 * @param ifSilent each watched level, ascending, and when silence reaches it
 */
public record Explanation(
    String customer,
    Instant at,
    Basis basis,
    Instant asOf,
    boolean stale,
    String model,
    Band band,
    Breakdown risk,
    List<Projection> ifSilent) {

  /** What an explanation rests on. */
  public enum Basis {
    /** All events on record, silence as far as the customer's feed is complete. */
    NOW,
    /** Events that had occurred and were available by then; the feed taken as complete. */
    AS_KNOWN_THEN,
    /** All events on record, and none until then. */
    IF_SILENT_UNTIL_THEN;

    /** The name on the wire, lower case. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A watched level.
   *
   * @param level of the risk
   * @param meaning which band or campaign watches it
   * @param reached true if the risk is there already
   * @param reachedAt first minute of silence at which it will be; absent if it is reached already
   *     or stays out of reach for the time that is looked ahead
   */
  public record Projection(
      double level, String meaning, boolean reached, @Nullable Instant reachedAt) {}
}
