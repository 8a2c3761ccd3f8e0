package dev.holdfast.campaign;

/**
 * What calls cost and are expected to bring.
 *
 * <p>Before any experiment has measured its effect, a would-be leaver accepts and stays with
 * probability 0.3; a customer who would stay anyway takes the offer. With the defaults 200, 10 and
 * 1 a call breaks even at a risk of 11/67 = 0.164.
 *
 * @param customerValue margin kept if the customer is saved, in money
 * @param offerCost cost of an accepted offer, in money
 * @param contactCost cost of the call itself, in money
 * @param minutesPerCall agent minutes for the call and its wrap-up, above 0
 * @see "Verbraken, Verbeke and Baesens (2013), IEEE TKDE 25(5): the expected maximum profit
 *     measure"
 */
public record ExpectedGain(
    double customerValue, double offerCost, double contactCost, double minutesPerCall) {

  /**
   * Share of would-be leavers whom a call keeps where nobody measured it: the mean of Beta(6, 14)
   * and its middle 95 percent.
   */
  static final Estimate PRIOR = new Estimate(0.3, 0.12576, 0.51203);

  /**
   * How many of those called stay because of it, where nobody measured it.
   *
   * @param leavers how many would leave without a call; of one customer, the risk
   */
  public static double keptByPrior(double leavers) {
    return PRIOR.value() * leavers;
  }

  /**
   * What calls cost, in money: all who would stay take the offer, and of the others as many as are
   * kept by the prior.
   *
   * @param calls made
   * @param leavers of those called, who would leave
   * @param stayers of those called, who would stay
   */
  public double cost(double calls, double leavers, double stayers) {
    return calls * contactCost + (keptByPrior(leavers) + stayers) * offerCost;
  }

  /**
   * Expected gain of calling a customer with this risk, in money; negative below break-even.
   *
   * @param risk calibrated probability of churn in [0, 1]
   */
  double ofCall(double risk) {
    return ofCall(risk, keptByPrior(risk));
  }

  /**
   * The same with an effect that was measured.
   *
   * @param risk calibrated probability of churn in [0, 1]
   * @param effect churn without the call less churn with it, in [-1, 1]
   */
  double ofCall(double risk, double effect) {
    return effect * customerValue - cost(1, risk, 1 - risk);
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
