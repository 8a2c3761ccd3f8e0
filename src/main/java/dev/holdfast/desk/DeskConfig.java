package dev.holdfast.desk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How the desk hands out calls. */
@ConfigMapping(prefix = "holdfast.desk")
interface DeskConfig {

  /** How long a claimed task is kept for its agent who has not begun to call. */
  @WithDefault("15M")
  Duration lease();

  /** How long it is kept from the beginning of the call on, for talk and wrap-up. */
  @WithDefault("1H")
  Duration callLease();

  /** Tasks that an agent may have in hand. */
  @WithDefault("3")
  @Min(1)
  @Max(100)
  int mostInHand();

  /** Share of the claims that are drawn at random instead of by priority. */
  @WithDefault("0.1")
  @DecimalMin("0")
  @DecimalMax("0.5")
  double exploration();

  /**
   * Whether an agent gets, of the best eight tasks, the one that is worth most in its hands by its
   * past effect on tasks of that skill.
   */
  @WithDefault("false")
  boolean orderByEffect();

  /** How long the number of ready tasks, of which propensities are told, may be old. */
  @WithDefault("10S")
  Duration countFresh();
}
