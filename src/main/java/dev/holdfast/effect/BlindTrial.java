package dev.holdfast.effect;

import dev.holdfast.campaign.Arm;
import dev.holdfast.evaluation.Interval;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the method claims when nothing happened: customers whom nobody contacted are dealt into two
 * arms again and again, by the lot that campaigns use, and each time the effect is measured.
 *
 * @param parties dealt
 * @param churned of them
 * @param draws how often they were dealt
 * @param proven how often the verdict was that customers were saved or lost
 * @param fixed how often a 95 percent interval of all parties excluded no effect
 * @param adjusted the same with the risk at assignment taken into account
 * @param everyLook how often the sequence excluded no effect at any look on the way
 * @param hidden how often the sample ratio failed
 * @param halfWidth mean half width of the 95 percent interval, in churn rate
 * @param detectable the smallest effect that four of five campaigns of such parties would show, in
 *     churn rate; null if not even keeping everybody would
 * @param words how to read it
 */
public record BlindTrial(
    int parties,
    int churned,
    int draws,
    int proven,
    int fixed,
    int adjusted,
    int everyLook,
    int hidden,
    double halfWidth,
    @Nullable Double detectable,
    String words) {

  /**
   * A customer whom nobody contacted.
   *
   * @param party internal id
   * @param risk when it would have been assigned, in [0, 1]
   * @param churned what became of it
   */
  public record Untouched(long party, double risk, boolean churned) {}

  /**
   * Deals and measures.
   *
   * @param untouched in the order in which their outcomes matured, 100 or more
   * @param share of the treatment, in (0, 1)
   * @param draws how often, 1 or more
   * @param seed the same seed gives the same draws
   * @throws IllegalArgumentException if there are too few
   */
  public static BlindTrial of(List<Untouched> untouched, double share, int draws, long seed) {
    if (untouched.size() < ConfidenceSequence.FEWEST) {
      throw new IllegalArgumentException(
          "a blind trial needs "
              + ConfidenceSequence.FEWEST
              + " customers or more whom nobody contacted, had "
              + untouched.size());
    }
    int proven = 0;
    int fixed = 0;
    int adjusted = 0;
    int everyLook = 0;
    int hidden = 0;
    double halfWidths = 0;
    int churned = (int) untouched.stream().filter(Untouched::churned).count();
    double base = Math.min(0.99, Math.max(0.01, (double) churned / untouched.size()));
    // Of as many as there are, so that the effect is read when all have matured.
    double detectable = new Plan(base, base, share).detectable(untouched.size());
    Plan plan = new Plan(base, detectable, share);
    boolean anything = plan.parties() <= untouched.size();
    for (int draw = 0; draw < draws; draw++) {
      List<Assigned> dealt = dealt(untouched, share, seed, draw);
      Measurement measured = Measurement.of(dealt, plan, null);
      proven += measured.verdict().kind().proven() ? 1 : 0;
      hidden += measured.verdict().kind() == Verdict.Kind.HIDDEN ? 1 : 0;
      Difference all = Difference.of(dealt);
      fixed += excludesZero(all.effect()) ? 1 : 0;
      adjusted += excludesZero(Difference.adjusted(dealt).effect()) ? 1 : 0;
      halfWidths += (all.effect().high() - all.effect().low()) / 2;
      everyLook += everExcludesZero(dealt) ? 1 : 0;
    }
    return new BlindTrial(
        untouched.size(),
        churned,
        draws,
        proven,
        fixed,
        adjusted,
        everyLook,
        hidden,
        halfWidths / draws,
        anything ? detectable : null,
        String.format(
                Locale.ROOT,
                "nobody was called, and the method claimed an effect in %d of %d draws (about %d to"
                    + " be expected); ",
                proven,
                draws,
                anything ? Math.round(0.05 * draws) : 0)
            + (anything
                ? String.format(
                    Locale.ROOT,
                    "of campaigns with these parties four in five would show an effect of %.1f"
                        + " points of churn or more",
                    100 * detectable)
                : "that says little: so few would not show it even if calls kept everybody"));
  }

  private static List<Assigned> dealt(
      List<Untouched> untouched, double share, long seed, int draw) {
    byte[] salt = ByteBuffer.allocate(16).putLong(seed).putLong(draw).array();
    List<Assigned> dealt = new ArrayList<>(untouched.size());
    for (Untouched one : untouched) {
      boolean treated = Arm.of(salt, one.party(), 1 - share) == Arm.TREATMENT;
      dealt.add(new Assigned(one.party(), treated, share, one.risk(), one.churned()));
    }
    return dealt;
  }

  private static boolean everExcludesZero(List<Assigned> dealt) {
    ConfidenceSequence sequence = new ConfidenceSequence(dealt.size());
    for (Assigned one : dealt) {
      sequence.add(one);
      if (sequence.excludesZero()) {
        return true;
      }
    }
    return false;
  }

  private static boolean excludesZero(Interval effect) {
    return effect.low() > 0 || effect.high() < 0;
  }
}
