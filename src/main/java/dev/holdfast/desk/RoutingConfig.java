package dev.holdfast.desk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How callers are routed; the formula stands in docs/routing.md. Public for its validation. */
@ConfigMapping(prefix = "holdfast.routing")
public interface RoutingConfig {

  /** What weighs how much; 0 switches a part off, a request may say otherwise. */
  Weights weights();

  /** Weights of the parts. */
  interface Weights {

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double effect();

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double match();

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double value();

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double state();

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double service();

    @WithDefault("1")
    @DecimalMin("0")
    @DecimalMax("10")
    double fairness();
  }

  /** The most that fairness may move an agent, in points. */
  @WithDefault("3")
  @DecimalMin("0")
  @DecimalMax("100")
  double fairnessBound();

  /** Share of the callers whose first agent is drawn at random from those who match. */
  @WithDefault("0.05")
  @DecimalMin("0")
  @DecimalMax("0.5")
  double exploration();

  /** Field of the profile with the margin of a customer. */
  @WithDefault("value")
  String valueField();

  /** Margin of a usual customer, in money: whose part by value is half of what it can be. */
  @WithDefault("200")
  @DecimalMin("0.01")
  double usualValue();

  /** The queues of the contact centre by name; one that does not stand here has the defaults. */
  Map<String, Queue> queues();

  /** A queue. */
  interface Queue {

    /** Skill that it asks for, by default its own name. */
    Optional<String> skill();

    /** Within which calls are to be answered; by default {@code holdfast.routing.target}. */
    Optional<Duration> target();
  }

  /** Within which calls of any queue are to be answered. */
  @WithDefault("20S")
  Duration target();

  /** How long an answer waits for what is known of the customer; the rest is left out. */
  @WithDefault("40MS")
  Duration deadline();

  /** Callers of whom something is looked up at the same time; for more nothing is. */
  @WithDefault("8")
  @Min(1)
  @Max(64)
  int lookups();

  /** Days of calls that past effect is read from. */
  @WithDefault("90")
  @Min(1)
  @Max(730)
  int days();

  /** Length of a call while none was timed, in minutes. */
  @WithDefault("8")
  @DecimalMin("0.1")
  double usualMinutes();
}
