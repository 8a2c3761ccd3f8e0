package dev.holdfast.campaign;

/**
 * What a call is expected to bring.
 *
 * <p>Before any experiment has measured its effect, a would-be leaver accepts and stays with
 * probability 0.3 (the mean of Beta(6, 14)); a customer who would stay anyway takes the offer. With
 * the defaults 200, 10 and 1 a call breaks even at a risk of 11/67 = 0.164.
 *
 * @param customerValue margin kept if the customer is saved, in money
 * @param offerCost cost of an accepted offer, in money
 * @param contactCost cost of the call itself, in money
 * @param minutesPerCall agent minutes for the call and its wrap-up, above 0
 * @see "Verbraken, Verbeke and Baesens (2013), IEEE TKDE 25(5): the expected maximum profit
 *     measure"
 */
record ExpectedGain(
    double customerValue, double offerCost, double contactCost, double minutesPerCall) {

  private static final double ACCEPTANCE_OF_LEAVERS = 0.3;

  /**
   * Expected gain of calling a customer with this risk, in money; negative below break-even.
   *
   * @param risk calibrated probability of churn in [0, 1]
   */
  double ofCall(double risk) {
    return ofCall(risk, CampaignEffect.byPrior(risk));
  }

  /**
   * The same with an effect that was measured.
   *
   * @param risk calibrated probability of churn in [0, 1]
   * @param effect churn without the call less churn with it, in [-1, 1]
   */
  double ofCall(double risk, double effect) {
    double accepted = ACCEPTANCE_OF_LEAVERS * risk + (1 - risk);
    return effect * customerValue - accepted * offerCost - contactCost;
  }

  /** Expected gain by the prior per agent minute. */
  double perMinute(double risk) {
    return ofCall(risk) / minutesPerCall;
  }

  /** Expected gain per agent minute: the order of the call list. */
  double perMinute(double risk, double effect) {
    return ofCall(risk, effect) / minutesPerCall;
  }
}
