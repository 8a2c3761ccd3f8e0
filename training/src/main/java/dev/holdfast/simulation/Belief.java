package dev.holdfast.simulation;

import java.util.Arrays;
import java.util.List;

/**
 * What a reader believes of one customer: weighted particles, each a guess at what is hidden. Days
 * come in order; of a particle, satisfaction moves as in {@link Mood} but for what was seen: a
 * complaint is a failure, a closed one its resolution.
 */
final class Belief {

  private static final double SMALL = 1e-9;
  // Of the variance of the constants, the part by which a particle drawn anew is moved.
  private static final double JITTER = 0.02;
  private static final double UNSEEN_FAILURES =
      Mood.FAILURES_A_DAY * (1 - Mood.COMPLAINT_AFTER_FAILURE);

  private final int n;
  private final Draws draws;
  private final long lastSign;

  private int[] shape;
  private double[] logRate;
  private double[] rateAtZero;
  private double[] mean;
  private double[] satisfaction;
  private double[] age;
  private double[] gone;
  private double[] logWeight;

  private double topUpAge;
  private boolean suspended;

  /**
   * Before the first day.
   *
   * @param lastSign the instant after which there is only silence
   * @param usesADay about which rates are guessed; what is guessed too often weighs less
   */
  Belief(int n, Draws draws, long lastSign, double usesADay) {
    this.n = n;
    this.draws = draws;
    this.lastSign = lastSign;
    shape = new int[n];
    logRate = new double[n];
    mean = new double[n];
    satisfaction = new double[n];
    age = new double[n];
    gone = new double[n];
    logWeight = new double[n];
    double usual = Math.log(Traits.MEDIAN_USES_A_YEAR / Traits.DAYS_A_YEAR);
    double guess = (usual + 3 * Math.log(usesADay)) / 4;
    double spread = Traits.SPREAD_OF_USES * 0.6;
    for (int p = 0; p < n; p++) {
      shape[p] = Traits.regularity(draws.uniform());
      mean[p] = Traits.SPREAD_OF_MEANS * draws.gaussian();
      satisfaction[p] = mean[p] + Mood.SPREAD * draws.gaussian();
      double z = draws.gaussian();
      logRate[p] = guess + spread * z;
      double prior = (logRate[p] - usual) / Traits.SPREAD_OF_USES;
      logWeight[p] = (z * z - prior * prior) / 2;
    }
    rateAtZero = Arrays.stream(logRate).map(Math::exp).toArray();
  }

  /**
   * Lives a day, and weighs what was seen on it.
   *
   * @param until the part of the day that has gone by
   */
  void live(Day day, double until, Circumstances circumstances, Evidence seen) {
    suspended = seen.suspended() == null ? suspended : seen.suspended();
    Service service = circumstances.serviceOn(day);
    double heard = Math.min(until, day.partAt(lastSign));
    double[] uses = seen.uses().stream().mapToDouble(service::shareBy).toArray();
    double served = service.shareBy(until);
    double servedHeard = Math.min(served, service.shareBy(heard));
    double topUps = suspended ? 0 : Condition.TOP_UPS_A_DAY * day.season();
    Double topUp = seen.topUp();
    double since = topUp == null ? 0 : service.shareBy(topUp);
    double ageHeard = (topUp == null ? topUpAge : 0) + topUps * Math.max(0, servedHeard - since);
    topUpAge = (topUp == null ? topUpAge : 0) + topUps * (served - since);
    double logNoTopUp =
        Renewal.logSurvival(Life.topUpRegularity(), topUpAge)
            - Renewal.logSurvival(Life.topUpRegularity(), ageHeard);
    boolean silenceBegins = day.start() <= lastSign && lastSign < day.end();
    double logHazard = circumstances.logHazard(day);
    double protection = circumstances.satisfactionWeight(day);
    for (int p = 0; p < n; p++) {
      wander(p, seen);
      double eager = Math.exp(Condition.USE_PER_SATISFACTION * satisfaction[p]);
      double rate = suspended ? 0 : rateAtZero[p] * eager * day.season();
      double contacts = suspended ? 0 : Condition.CONTACTS_A_DAY / eager;
      double hazard = suspended ? 0 : hazard(satisfaction[p], logHazard, protection);
      double log = -(hazard + contacts) * heard;
      double from = 0;
      for (double use : uses) {
        double gap = Math.max(SMALL, age[p] + rate * (use - from));
        log += Renewal.logDensity(shape[p], gap) + Math.log(Math.max(SMALL, rate));
        age[p] = 0;
        from = use;
      }
      log += seen.contacts() * Math.log(Math.max(SMALL, contacts));
      for (int rating : seen.ratings()) {
        log += Math.log(Math.max(SMALL, Life.probabilityOfRating(rating, satisfaction[p])));
      }
      double open = age[p] + rate * Math.max(0, servedHeard - from);
      age[p] = open + rate * Math.max(0, served - Math.max(servedHeard, from));
      // The gap that is open at the last sign of life has lasted so long, for sure; from then on
      // silence may also be the customer's who has left.
      log += silenceBegins ? Renewal.logSurvival(shape[p], open) : 0;
      if (heard < until) {
        double part = until - heard;
        double silent =
            Renewal.logSurvival(shape[p], age[p])
                - Renewal.logSurvival(shape[p], open)
                + logNoTopUp
                - contacts * part;
        double leaves = -Math.expm1(-hazard * part);
        double unannounced = leaves * (1 - Life.shareWhoCancel());
        double left = gone[p] + (1 - gone[p]) * unannounced * Silence.meanUntil(silent);
        double there = (1 - gone[p]) * (1 - leaves) * Math.exp(silent);
        log += Math.log(left + there);
        gone[p] = left / (left + there);
      }
      logWeight[p] += log;
    }
    if (uses.length > 0) {
      renewIfFewCarryTheWeight();
    }
  }

  private void wander(int p, Evidence seen) {
    double s = satisfaction[p];
    s += Mood.RETURN_PER_DAY * (mean[p] - s) + Mood.DAILY_SHOCK * draws.gaussian();
    int failures = seen.complaints() + (draws.chance(UNSEEN_FAILURES) ? 1 : 0);
    for (int i = 0; i < failures; i++) {
      s -= Mood.failure(draws);
    }
    satisfaction[p] = s + Mood.LIFT_BY_RESOLUTION * seen.resolved();
  }

  private static double hazard(double satisfaction, double logHazard, double protection) {
    return Math.exp(
        Condition.HAZARD_AT_ZERO
            - Condition.HAZARD_PER_SATISFACTION * protection * satisfaction
            + logHazard);
  }

  /** Systematic resampling; constants are drawn towards their mean and jittered by as much. */
  private void renewIfFewCarryTheWeight() {
    double[] weight = weights();
    double squares = 0;
    for (double w : weight) {
      squares += w * w;
    }
    if (1 / squares > n / 2.0) {
      return;
    }
    int[] from = new int[n];
    double sum = weight[0];
    double start = draws.uniform() / n;
    for (int p = 0, j = 0; p < n; p++) {
      while (sum <= start + (double) p / n && j < n - 1) {
        sum += weight[++j];
      }
      from[p] = j;
    }
    double[] rates = jittered(logRate, weight, from);
    double[] ages = picked(age, from);
    for (int p = 0; p < n; p++) {
      ages[p] *= Math.exp(rates[p] - logRate[from[p]]);
    }
    age = ages;
    logRate = rates;
    rateAtZero = Arrays.stream(logRate).map(Math::exp).toArray();
    mean = jittered(mean, weight, from);
    satisfaction = picked(satisfaction, from);
    gone = picked(gone, from);
    shape = Arrays.stream(from).map(j -> shape[j]).toArray();
    logWeight = new double[n];
  }

  private static double[] picked(double[] values, int[] from) {
    return Arrays.stream(from).mapToDouble(j -> values[j]).toArray();
  }

  private double[] jittered(double[] values, double[] weight, int[] from) {
    double centre = 0;
    double square = 0;
    for (int p = 0; p < n; p++) {
      centre += weight[p] * values[p];
      square += weight[p] * values[p] * values[p];
    }
    double spread = Math.sqrt(JITTER * Math.max(0, square - centre * centre));
    double keep = Math.sqrt(1 - JITTER);
    double[] moved = picked(values, from);
    for (int p = 0; p < n; p++) {
      moved[p] = keep * moved[p] + (1 - keep) * centre + spread * draws.gaussian();
    }
    return moved;
  }

  /** The weights, 1 together. */
  private double[] weights() {
    double most = Arrays.stream(logWeight).max().orElse(0);
    double[] weight = Arrays.stream(logWeight).map(log -> Math.exp(log - most)).toArray();
    double sum = Arrays.stream(weight).sum();
    return Arrays.stream(weight).map(w -> w / sum).toArray();
  }

  /**
   * The probability of neither a use nor a purchase in the days ahead, by one future a particle.
   *
   * @param now the instant up to which days were lived
   * @param until the end of the days ahead, which may lie within the last
   */
  double silence(long now, List<Day> ahead, long until, Circumstances circumstances) {
    double[] weight = weights();
    double probability = 0;
    for (int p = 0; p < n; p++) {
      probability +=
          weight[p] * (gone[p] + (1 - gone[p]) * silence(p, ahead, until, circumstances));
    }
    return Math.min(1, Math.max(0, probability));
  }

  private double silence(int p, List<Day> ahead, long until, Circumstances circumstances) {
    double s = satisfaction[p];
    double useAge = age[p];
    double otherAge = topUpAge;
    double silent = 1;
    double leftInSilence = 0;
    long heardOn = Long.MIN_VALUE;
    for (Day day : ahead) {
      s += Mood.RETURN_PER_DAY * (mean[p] - s) + Mood.DAILY_SHOCK * draws.gaussian();
      if (draws.chance(Mood.FAILURES_A_DAY)) {
        s -= Mood.failure(draws);
        if (draws.chance(Mood.COMPLAINT_AFTER_FAILURE * Mood.COMPLAINT_RESOLVED)) {
          heardOn = day.number() + draws.wholeBetween(1, 3) + draws.wholeBetween(1, 10);
        }
      }
      s += heardOn == day.number() ? Mood.LIFT_BY_RESOLUTION : 0;
      double part = day.partAt(until);
      double served = suspended ? 0 : circumstances.serviceOn(day).shareBy(part) * day.season();
      double before =
          Renewal.logSurvival(shape[p], useAge)
              + Renewal.logSurvival(Life.topUpRegularity(), otherAge);
      useAge += served * rateAtZero[p] * Math.exp(Condition.USE_PER_SATISFACTION * s);
      otherAge += served * Condition.TOP_UPS_A_DAY;
      double log =
          Renewal.logSurvival(shape[p], useAge)
              + Renewal.logSurvival(Life.topUpRegularity(), otherAge)
              - before;
      double hazard =
          suspended
              ? 0
              : part
                  * hazard(s, circumstances.logHazard(day), circumstances.satisfactionWeight(day));
      double leaves = -Math.expm1(-hazard);
      leftInSilence += silent * leaves * Silence.meanUntil(log);
      silent *= (1 - leaves) * Math.exp(log);
    }
    return silent + leftInSilence;
  }
}
