package dev.holdfast.simulation;

import org.jspecify.annotations.Nullable;

/**
 * Part of a population.
 *
 * @param region the city they live in, or null for any
 * @param plan their tariff, or null for any
 */
public record Segment(@Nullable String region, @Nullable String plan) {

  /** Everybody. */
  public static final Segment ALL = new Segment(null, null);

  /** The customers of a region, whatever their plan. */
  public static Segment ofRegion(String region) {
    return new Segment(region, null);
  }

  /** The customers on a plan, wherever they live. */
  public static Segment ofPlan(String plan) {
    return new Segment(null, plan);
  }

  /** True if the customer belongs to it. */
  public boolean contains(SimulatedCustomer customer) {
    return (region == null || region.equals(customer.region()))
        && (plan == null || plan.equals(customer.plan()));
  }

  /** For people: {@code region/plan}, with {@code *} for any. */
  @Override
  public String toString() {
    return (region == null ? "*" : region) + "/" + (plan == null ? "*" : plan);
  }
}
