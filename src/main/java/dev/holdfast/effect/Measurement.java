package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a campaign, from the parties whose outcomes have matured.
 *
 * <p>Two figures answer two questions. {@code now} holds at every look, so it may be watched.
 * {@code planned} is narrower and holds once: it is of the first parties to mature, as many as the
 * plan says, and is to be kept when it is first there, for what is reported late would move it.
 * Until the plan is reached the verdict is by the first, from then on by the second: by either
 * whichever is kinder would claim more than one effect in twenty where there is none. Who looks
 * before and after has two chances to be misled all the same.
 *
 * @param matured parties with a known outcome
 * @param ratio of the arms, of those parties
 * @param now the effect at every look; null below {@link ConfidenceSequence#FEWEST} parties or if
 *     hidden
 * @param course {@code now} as it was while the outcomes came in, at most {@value #MOST_LOOKS} of
 *     the looks, the last of them now; empty where {@code now} is null
 * @param planned the effect by the plan; null before it is reached or if hidden
 * @param soFar of all that have matured: for information, an interval that deceives whoever looks
 *     often; null if hidden or an arm is empty
 * @param adjusted as {@code soFar}, after the risk at assignment has explained what it can
 * @param p probability of such a verdict by chance alone, in [0, 1]: twice that of what decides it,
 *     the sequence or the plan; null if neither is there
 * @param verdict what may be said
 */
public record Measurement(
    int matured,
    SampleRatio ratio,
    @Nullable Interval now,
    List<Look> course,
    @Nullable Difference planned,
    @Nullable Difference soFar,
    @Nullable Difference adjusted,
    @Nullable Double p,
    Verdict verdict) {

  private static final int FEWEST_TO_ADJUST = 100;
  private static final int MOST_LOOKS = 60;

  /**
   * The effect as it could be watched when so many outcomes were known.
   *
   * @param matured parties, {@link ConfidenceSequence#FEWEST} or more
   * @param effect in churn rate, as {@code now}
   */
  public record Look(int matured, Interval effect) {}

  public Measurement {
    course = List.copyOf(course);
  }

  /**
   * Measures.
   *
   * @param matured in the order in which their outcomes matured, which the lot knows nothing of
   * @param plan fixed before the first of them
   * @param expectedBy when as many as planned should have matured; null if that cannot be said
   */
  public static Measurement of(List<Assigned> matured, Plan plan, @Nullable Instant expectedBy) {
    return of(matured, plan, null, expectedBy);
  }

  /**
   * Measures a campaign whose plan may have been reached before.
   *
   * @param read {@code planned} as it was when the plan was reached; null if it was not yet
   */
  public static Measurement of(
      List<Assigned> matured, Plan plan, @Nullable Difference read, @Nullable Instant expectedBy) {
    SampleRatio ratio = SampleRatio.of(matured);
    if (ratio.fails()) {
      return hidden(matured.size(), ratio);
    }
    int wanted = plan.parties();
    ConfidenceSequence sequence = new ConfidenceSequence(wanted);
    List<Look> course = new ArrayList<>();
    int every = Math.max(1, (matured.size() - ConfidenceSequence.FEWEST) / (MOST_LOOKS - 1) + 1);
    for (Assigned one : matured) {
      sequence.add(one);
      // Counted from the end, so that the last is what is known now.
      if ((matured.size() - sequence.parties()) % every == 0) {
        sequence.interval().ifPresent(effect -> course.add(new Look(sequence.parties(), effect)));
      }
    }
    Interval now = sequence.interval().orElse(null);
    Difference soFar = Difference.possible(matured) ? Difference.of(matured) : null;
    Difference adjusted =
        soFar != null && smallerArm(soFar) >= FEWEST_TO_ADJUST
            ? Difference.adjusted(matured)
            : null;
    Difference planned = read == null ? planned(matured, wanted) : read;
    return new Measurement(
        matured.size(),
        ratio,
        now,
        course,
        planned,
        soFar,
        adjusted,
        chance(now, sequence, planned),
        verdict(now, planned, soFar, plan, expectedBy));
  }

  /**
   * A measurement without numbers.
   *
   * @param ratio that fails, of these parties or of all that were assigned
   */
  public static Measurement hidden(int matured, SampleRatio ratio) {
    return hidden(matured, ratio, "");
  }

  /**
   * The same because of a slice of the parties.
   *
   * @param slice such as {@code month 2026-10}, for the words; empty for all parties
   */
  public static Measurement hidden(int matured, SampleRatio ratio, String slice) {
    return new Measurement(
        matured, ratio, null, List.of(), null, null, null, null, Verdict.hidden(ratio, slice));
  }

  private static @Nullable Difference planned(List<Assigned> matured, int wanted) {
    if (matured.size() < wanted) {
      return null;
    }
    List<Assigned> first = matured.subList(0, wanted);
    return Difference.possible(first) ? Difference.of(first) : null;
  }

  /** Of what decides the verdict; doubled, for there are two chances to be wrong. */
  private static @Nullable Double chance(
      @Nullable Interval now, ConfidenceSequence sequence, @Nullable Difference planned) {
    if (planned != null) {
      return Math.min(1, 2 * planned.p());
    }
    return now == null ? null : Math.min(1, 2 * sequence.p());
  }

  private static Verdict verdict(
      @Nullable Interval now,
      @Nullable Difference planned,
      @Nullable Difference soFar,
      Plan plan,
      @Nullable Instant expectedBy) {
    if (planned != null) {
      int treated = planned.treated().parties();
      Interval saved = times(planned.effect(), treated);
      return excludesZero(saved)
          ? Verdict.proven(saved)
          : Verdict.none(saved, plan.detectable(treated + planned.heldOut().parties()));
    }
    if (now != null && soFar != null && excludesZero(now)) {
      return Verdict.proven(times(now, soFar.treated().parties()));
    }
    return Verdict.tooEarly(expectedBy);
  }

  private static boolean excludesZero(Interval effect) {
    return effect.low() > 0 || effect.high() < 0;
  }

  /** A rate of the treated as a number of them. */
  static Interval times(Interval rate, int treated) {
    return new Interval(rate.value() * treated, rate.low() * treated, rate.high() * treated);
  }

  private static int smallerArm(Difference difference) {
    return Math.min(difference.treated().parties(), difference.heldOut().parties());
  }
}
