package dev.holdfast.simulation;

/** How long somebody has neither used the service nor bought, in operational time. */
final class Silence {

  private static final int TOP_UP_SHAPE = Life.topUpRegularity();

  private final int useShape;
  private double useAge;
  private double topUpAge;
  private double logSurvival;

  Silence(int useShape) {
    this.useShape = useShape;
  }

  private Silence(Silence other) {
    useShape = other.useShape;
    useAge = other.useAge;
    topUpAge = other.topUpAge;
    logSurvival = other.logSurvival;
  }

  Silence copy() {
    return new Silence(this);
  }

  /**
   * Lets operational time pass in which there is neither a use nor a purchase.
   *
   * @return logarithm of the probability of that for somebody who is there, at most 0
   */
  double last(double use, double topUp) {
    useAge += use;
    topUpAge += topUp;
    double before = logSurvival;
    logSurvival =
        Renewal.logSurvival(useShape, useAge) + Renewal.logSurvival(TOP_UP_SHAPE, topUpAge);
    return logSurvival - before;
  }

  /**
   * The mean, over the instants of a time, of the probability of silence up to the instant.
   *
   * @param logSilence logarithm of the probability of silence in all of the time, at most 0
   */
  static double meanUntil(double logSilence) {
    return logSilence > -1e-9 ? 1 : StrictMath.expm1(logSilence) / logSilence;
  }
}
