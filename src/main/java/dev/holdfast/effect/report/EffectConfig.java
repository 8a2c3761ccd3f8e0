package dev.holdfast.effect.report;

import dev.holdfast.effect.Maturity;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Settings of the measured effect. */
@ConfigMapping(prefix = "holdfast.effect")
interface EffectConfig {

  /** Days after the assignment on which it is asked who is still there; 60, or longer horizons. */
  @WithDefault("" + Maturity.USUAL_DAYS)
  @Min(1)
  @Max(365)
  int days();

  /** The smallest effect worth knowing, in churn rate: how large a run must become. */
  @WithDefault("0.05")
  @DecimalMin("0.001")
  @DecimalMax("0.5")
  double smallestEffect();

  /** Spent on a run whoever is called, in money a day: tools, seats. */
  @WithDefault("0")
  @DecimalMin("0")
  double fixedCostPerDay();
}
