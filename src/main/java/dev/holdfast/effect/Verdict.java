package dev.holdfast.effect;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.evaluation.Interval;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a campaign's effect.
 *
 * @param kind which of the five things
 * @param saved customers saved (below 0: driven away) with their 95 percent interval; null where
 *     numbers are not known or hidden
 * @param expectedBy when the effect should be known; null if it is, or never will be at this rate
 * @param words the sentence for people
 */
public record Verdict(
    Kind kind, @Nullable Interval saved, @Nullable Instant expectedBy, String words) {

  /** The things that may be said. */
  public enum Kind {
    /** Fewer churned among the treated, by more than chance. */
    SAVED,
    /** More churned among the treated, by more than chance. */
    LOST,
    /** As many matured as were planned, and chance alone would explain the difference. */
    NO_EFFECT_FOUND,
    /** Too few have matured to tell. */
    NOT_YET_KNOWN,
    /** The arms are not as the lot drew them, so that there is nothing to read. */
    HIDDEN;

    /** The word on the wire: lower case with hyphens. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True if an effect, good or bad, is proven. */
    public boolean proven() {
      return this == SAVED || this == LOST;
    }
  }

  /**
   * Says that an effect is proven.
   *
   * @param saved an interval that excludes 0
   */
  static Verdict proven(Interval saved) {
    if (saved.low() > 0) {
      return new Verdict(
          Kind.SAVED,
          saved,
          null,
          String.format(
              Locale.ROOT,
              "saved %,.0f to %,.0f (estimated; nobody in particular)",
              saved.low(),
              saved.high()));
    }
    if (saved.high() < 0) {
      return new Verdict(
          Kind.LOST,
          saved,
          null,
          String.format(
              Locale.ROOT,
              "lost %,.0f to %,.0f by calling (estimated; nobody in particular)",
              -saved.high(),
              -saved.low()));
    }
    throw new IllegalArgumentException("nothing is proven by an interval with 0 in it: " + saved);
  }

  /**
   * Says that none was found.
   *
   * @param detectable the smallest effect that would have shown, in churn rate
   */
  static Verdict none(Interval saved, double detectable) {
    return new Verdict(
        Kind.NO_EFFECT_FOUND,
        saved,
        null,
        String.format(
            Locale.ROOT,
            "no effect found (one of %.1f points of churn or more would have shown in four of five"
                + " such campaigns)",
            100 * detectable));
  }

  /** Says that it is too early. */
  static Verdict tooEarly(@Nullable Instant expectedBy) {
    return new Verdict(
        Kind.NOT_YET_KNOWN,
        null,
        expectedBy,
        expectedBy == null
            ? "not yet known, and no date: too few parties are randomised, or come at this rate"
            : "not yet known, expected by " + expectedBy.atZone(ZoneOffset.UTC).toLocalDate());
  }

  /**
   * Says that the arms are not as the lot drew them.
   *
   * @param of whom, such as {@code month 2026-10}; empty of all
   */
  static Verdict hidden(SampleRatio ratio, String of) {
    return new Verdict(
        Kind.HIDDEN,
        null,
        null,
        String.format(
            Locale.ROOT,
            "hidden%s: %,d of %,d parties are in the treatment where the lot would put %,.0f (p ="
                + " %.1e); parties of one arm are lost on the way, so the arms cannot be compared",
            of.isEmpty() ? "" : ", " + of,
            ratio.treated(),
            ratio.parties(),
            ratio.expected(),
            ratio.p()));
  }
}
