package dev.holdfast.simulation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a scenario holds in store for one customer. Does not change. */
final class Circumstances {

  private static final double MILLIS_A_DAY = 86_400_000;

  private final double hazardFactor;
  private final List<PriceIncrease> prices;
  private final List<CompetitorShock> shocks;
  private final List<Outage> outages;

  Circumstances(Scenario scenario, SimulatedCustomer customer, long seed, int index) {
    hazardFactor = StrictMath.log(scenario.hazardFactor());
    prices =
        scenario.priceIncreases().stream()
            .filter(each -> each.segment().contains(customer))
            .filter(each -> each.at().isAfter(customer.joinedAt()))
            .toList();
    shocks = scenario.competitorShocks();
    outages =
        scenario.outages().stream()
            .filter(each -> each.segment().contains(customer))
            .filter(each -> hits(each, seed, index))
            .toList();
  }

  private static boolean hits(Outage outage, long seed, int index) {
    long begins = outage.from().toEpochMilli();
    return Draws.ofOccasion(seed, index, Draws.Purpose.OUTAGE, begins).chance(outage.share());
  }

  /** What they add to the logarithm of the hazard on a day. */
  double logHazard(Day day) {
    double sum = hazardFactor;
    for (PriceIncrease each : prices) {
      if (day.isFrom(each.at())) {
        double age = Math.floor((day.start() - each.at().toEpochMilli()) / MILLIS_A_DAY);
        double halfLives = age * MILLIS_A_DAY / each.halfLife().toMillis();
        sum += StrictMath.log(each.hazardRatio()) * StrictMath.pow(0.5, halfLives);
      }
    }
    for (CompetitorShock each : shocks) {
      if (day.isFrom(each.at())) {
        sum += StrictMath.log(each.hazardRatio());
      }
    }
    return sum;
  }

  /** How much satisfaction protects on a day; 1 is as usual. */
  double satisfactionWeight(Day day) {
    double weight = 1;
    for (CompetitorShock each : shocks) {
      if (day.isFrom(each.at())) {
        weight *= each.satisfactionWeight();
      }
    }
    return weight;
  }

  /** The price increase that the customer is told of on this day, if any. */
  @Nullable PriceIncrease toldOn(Day day) {
    for (PriceIncrease each : prices) {
      if (day.isFirstFrom(each.at())) {
        return each;
      }
    }
    return null;
  }

  /** The service as the customer finds it on a day. */
  Service serviceOn(Day day) {
    return outages.isEmpty() ? Service.UNDISTURBED : Service.on(day, outages);
  }

  /** How many outages have hit the customer that began before an instant. */
  int outagesBefore(Instant instant) {
    int count = 0;
    for (Outage each : outages) {
      count += each.from().isBefore(instant) ? 1 : 0;
    }
    return count;
  }
}
