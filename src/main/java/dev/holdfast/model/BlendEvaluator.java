package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;

/** The weighted mean of the log-odds of a linear model and of boosted trees. */
final class BlendEvaluator implements Evaluator {

  private static final double ROUNDING = 1e-9;

  private final double linearWeight;
  private final double boosterWeight;
  private final LinearEvaluator linear;
  private final BoosterEvaluator booster;

  private BlendEvaluator(
      double linearWeight, double boosterWeight, LinearEvaluator linear, BoosterEvaluator booster) {
    this.linearWeight = linearWeight;
    this.boosterWeight = boosterWeight;
    this.linear = linear;
    this.booster = booster;
  }

  /**
   * Reads {@code blend.json}.
   *
   * @throws BadModel if the weights are no shares
   */
  static BlendEvaluator read(byte[] json, LinearEvaluator linear, BoosterEvaluator booster) {
    JsonNode root = Json.read("blend.json", json);
    double ofLinear = Json.number(root, "linear");
    double ofBooster = Json.number(root, "booster");
    if (!areShares(ofLinear, ofBooster)) {
      throw new BadModel(
          "blend.json: the weights must be 0 or more and add up to 1, were "
              + ofLinear
              + " and "
              + ofBooster);
    }
    return new BlendEvaluator(ofLinear, ofBooster, linear, booster);
  }

  static boolean areShares(double linear, double booster) {
    return linear >= 0 && booster >= 0 && Math.abs(linear + booster - 1) <= ROUNDING;
  }

  @Override
  public double margin(float[] features) {
    return blend(linear.margin(features), booster.margin(features));
  }

  @Override
  public void margins(float[] rows, int count, double[] margins) {
    booster.margins(rows, count, margins);
    double[] ofLinear = new double[count];
    linear.margins(rows, count, ofLinear);
    for (int i = 0; i < count; i++) {
      margins[i] = blend(ofLinear[i], margins[i]);
    }
  }

  /** The margin of the blend from those of its members. */
  double blend(double ofLinear, double ofBooster) {
    // A sum of products rounds monotonically in each margin; b + w * (a - b) would not.
    return linearWeight * ofLinear + boosterWeight * ofBooster;
  }

  LinearEvaluator linear() {
    return linear;
  }

  BoosterEvaluator booster() {
    return booster;
  }

  @Override
  public double[] contributions(float[] features) {
    double[] out = linear.contributions(features);
    double[] others = booster.contributions(features);
    for (int i = 0; i < out.length; i++) {
      out[i] = linearWeight * out[i] + boosterWeight * others[i];
    }
    return out;
  }
}
