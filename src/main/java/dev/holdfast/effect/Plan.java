package dev.holdfast.effect;

/**
 * How large a campaign must become before its effect is read, fixed before the first outcome.
 *
 * @param baseChurn churn rate expected of the hold-out, in (0, 1)
 * @param smallestEffect the smallest effect worth knowing, in churn rate, in (0, baseChurn]
 * @param treatmentShare in (0, 1)
 */
public record Plan(double baseChurn, double smallestEffect, double treatmentShare) {

  private static final double BOTH = (Normal.Z95 + Normal.Z80) * (Normal.Z95 + Normal.Z80);
  private static final int HALVINGS = 60;

  public Plan {
    requireShare("the expected churn", baseChurn);
    requireShare("the treatment share", treatmentShare);
    if (!(smallestEffect > 0 && smallestEffect <= baseChurn)) {
      throw new IllegalArgumentException(
          "the smallest effect must be above 0 and at most the expected churn of "
              + baseChurn
              + ", was "
              + smallestEffect);
    }
  }

  /**
   * Parties of both arms needed to see the smallest effect in four of five such campaigns, at 5
   * percent false findings: {@code 7.85 (pt (1 - pt) / e + pc (1 - pc) / (1 - e)) / effect^2}.
   *
   * @return 1 or more
   */
  public int parties() {
    return (int) Math.ceil(needed(smallestEffect));
  }

  /**
   * The smallest effect that this many parties show in four of five such campaigns.
   *
   * @param parties of both arms, 1 or more
   * @return in (0, baseChurn]; baseChurn also if not even that would show
   */
  public double detectable(int parties) {
    if (parties < 1) {
      throw new IllegalArgumentException("parties must be 1 or more, were " + parties);
    }
    double low = 0;
    double high = baseChurn;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (needed(middle) > parties) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private double needed(double effect) {
    double pt = baseChurn - effect;
    return BOTH
        * (pt * (1 - pt) / treatmentShare + baseChurn * (1 - baseChurn) / (1 - treatmentShare))
        / (effect * effect);
  }

  private static void requireShare(String what, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(what + " must be in (0, 1), was " + value);
    }
  }
}
